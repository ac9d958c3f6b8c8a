import { type DemoApp, startDemo } from '../support/demo.js';
import { ENGINES, type Engine, type EngineName, type Tab } from './engines.js';

/** What a user meets who comes back to a callback that was used, in one browser engine. */
export function describeStaleCallback(name: EngineName): void {
  describe(`A stale callback in ${name}`, () => {
    let engine: Engine;
    let demo: DemoApp;
    let tab: Tab;

    before(async () => {
      engine = await ENGINES[name]();
    });
    after(() => engine?.close());
    beforeEach(async () => {
      demo = await startDemo();
      tab = await engine.newTab();
    });
    afterEach(async () => {
      await tab?.close();
      await demo.close();
    });

    async function signIn(): Promise<void> {
      await tab.click('하이웍스로 로그인');
      await tab.click('홍길동');
      await tab.shows('홍길동 님');
    }

    it(`${name}: reload, Back and a second consent lead to the page of the user who is signed in`, async () => {
      await tab.open(demo.url);
      await signIn();
      await tab.reload();
      await tab.shows('홍길동 님');
      await tab.back();
      await tab.click('김서연');
      await tab.shows('홍길동 님');
    });

    it(`${name}: a bookmark of the callback leads to the user's page, or to the button`, async () => {
      await tab.open(demo.url);
      await tab.click('하이웍스로 로그인');
      await tab.click('취소');
      await tab.shows('로그인을 취소했습니다');
      await tab.reload();
      await tab.shows('로그인하지 못했습니다');
      await signIn();
      const bookmark = `${demo.url}/auth/hiworks/callback?auth_code=${'0'.repeat(32)}`;
      await tab.open(bookmark);
      await tab.shows('홍길동 님');
      await tab.click('로그아웃');
      await tab.shows('회사에서 쓰는');
      await tab.open(bookmark);
      await tab.shows('로그인하지 못했습니다');
      await signIn();
    });
  });
}
