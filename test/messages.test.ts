import { expect } from 'chai';
import {
  HiworksAuthorizationError,
  HiworksProfileError,
  HiworksTokenError,
  type HiworksTransportCode,
  HiworksTransportError,
  visitorMessage,
} from 'passport-hiworks';

const GENERAL = '로그인하지 못했습니다. 잠시 후 다시 시도해 주세요.';

const CODES = [
  'access_denied',
  'office_not_allowed',
  'no_pending_login',
  'state_mismatch',
  'state_missing',
  'begun_elsewhere',
  'bad_callback',
  'wrong_method',
  'wrong_path',
  'not_a_navigation',
  'prefetch',
  'ERR',
  'server_error',
  'timeout',
  'busy',
  'connection_failed',
  'unexpected_status',
  'redirected',
  'too_large',
  'not_json',
  'wrong_shape',
];

describe('visitorMessage', () => {
  for (const code of CODES) {
    it(`visitorMessage('${code}') is a sentence of its own in Korean and in English`, () => {
      const korean = visitorMessage(code);
      const english = visitorMessage(code, 'en');
      expect(korean)
        .to.match(/^[가-힣 .,]+\.$/)
        .and.not.equal(GENERAL);
      expect(english).to.match(/^[A-Za-z ,;.-]+\.$/);
      expect(english).to.not.equal(visitorMessage(undefined, 'en'));
    });
  }

  it("visitorMessage takes the info of a failure, and doesn't show its message", () => {
    const info = { code: 'office_not_allowed', message: 'office 456456 is not one of allowedOffices' };
    expect(visitorMessage(info)).to.equal(
      '이 서비스를 사용할 수 없는 회사의 하이웍스 계정입니다. 다른 계정으로 로그인해 주세요.',
    );
  });

  it('visitorMessage takes each error class of the package, whatever code Hiworks gave', () => {
    const text = 'text from Hiworks';
    const transport = (code: HiworksTransportCode) => visitorMessage(new HiworksTransportError(text, code));
    expect(visitorMessage(new HiworksTokenError(text, 'timeout', text))).to.equal(visitorMessage('ERR'));
    expect(visitorMessage(new HiworksAuthorizationError(text, 'busy', text))).to.equal(
      visitorMessage('server_error'),
    );
    expect(visitorMessage(new HiworksProfileError(text, 'ERR', text))).to.include('사용자 정보');
    expect(transport('timeout')).to.equal('하이웍스에 연결하지 못했습니다. 잠시 후 다시 시도해 주세요.');
    expect(transport('busy')).to.equal('지금 로그인 요청이 많습니다. 잠시 후 다시 시도해 주세요.');
    expect(transport('wrong_shape')).to.include('응답');
  });

  const hostile = new Proxy(
    {},
    {
      get() {
        throw new Error('no');
      },
    },
  );
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();

  const others: [name: string, reason: unknown][] = [
    ['undefined', undefined],
    ['null', null],
    ['an empty string', ''],
    ['an unknown code', 'constructor'],
    ['another unknown code', '__proto__'],
    ['an array', ['busy', 'timeout']],
    ['a number', 403],
    ['a symbol', Symbol('timeout')],
    ['a function', () => 'timeout'],
    ['an object without a code', { message: '<script>' }],
    ['an object whose code is not a string', { code: ['timeout'] }],
    [
      "an application's error with a code of the table",
      Object.assign(new Error('secret'), { code: 'timeout' }),
    ],
    ['an object whose getters throw', hostile],
    ['a revoked proxy', revoked],
  ];
  for (const [name, reason] of others) {
    it(`visitorMessage gives the general sentence for ${name}`, () => {
      expect(visitorMessage(reason)).to.equal(GENERAL);
      expect(visitorMessage(reason, 'en')).to.equal('Sign-in failed. Please try again in a moment.');
    });
  }

  it('visitorMessage is Korean for a language that it does not know', () => {
    expect(visitorMessage(undefined, 'fr' as 'en')).to.equal(GENERAL);
  });
});
