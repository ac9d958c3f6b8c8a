import { inLanguage } from '../command.js';

/** What `probe sso` says to the person at the terminal. */
export const SSO_TEXTS = inLanguage({
  en: {
    usage: `Usage: passport-hiworks probe sso [options]

Waits for one click on a Hiworks menu ("SSO 외부로 연동"), requests whose token it
brings, and reports the shape of what came as Markdown.

Options:
  --url URL          the registered URL: http://localhost:PORT/path
                     (or HIWORKS_SSO_URL)
  --wait SECONDS     how long to wait for the click (300)
  --timeout SECONDS  how long to wait for each response of Hiworks (10)
  --tokens-url URL   another address than Hiworks' own: https, or http on this
                     machine (or HIWORKS_TOKENS_URL)
  --help, --version
`,
    introduction: `passport-hiworks probe sso finds out what a click on a Hiworks menu brings. It sends the token
that comes to Hiworks twice, and a made-up one once. It changes nothing, keeps no token, and
sends nothing anywhere but to Hiworks. The report holds no token, name or number; still, read
it before you post it.
`,
    click: (url: string, seconds: number) =>
      `Click the menu at Hiworks. It has to lead to ${url}\nWaiting for the click, ${seconds} s at most …`,
    stopped: 'Stopped; there is no report.',
  },
  ko: {
    usage: `사용법: passport-hiworks probe sso [옵션]

하이웍스 메뉴(SSO 외부로 연동) 클릭을 한 번 기다린 뒤, 전달된 토큰으로 사용자를 조회하고
받은 응답의 형식을 Markdown 보고서로 출력합니다.

옵션:
  --url URL          하이웍스에 등록한 주소: http://localhost:PORT/path
                     (환경 변수 HIWORKS_SSO_URL도 가능)
  --wait SECONDS     클릭을 기다리는 시간, 초 (300)
  --timeout SECONDS  하이웍스의 응답을 요청마다 기다리는 시간, 초 (10)
  --tokens-url URL   하이웍스 대신 사용할 주소. https 또는 이 컴퓨터의 http
                     (환경 변수 HIWORKS_TOKENS_URL도 가능)
  --help, --version
`,
    introduction: `passport-hiworks probe sso는 하이웍스 메뉴를 클릭했을 때 무엇이 전달되는지 확인합니다. 받은
토큰을 하이웍스에 두 번, 임의로 만든 토큰을 한 번 보냅니다. 하이웍스의 데이터는 변경하지
않으며, 토큰을 저장하거나 하이웍스 외의 곳으로 전송하지 않습니다. 보고서에는 토큰, 이름,
번호가 들어가지 않습니다. 그래도 공개하기 전에 한 번 읽어 보세요.
`,
    click: (url: string, seconds: number) =>
      `하이웍스에서 메뉴를 클릭하세요. 메뉴는 ${url} 로 연결되어 있어야 합니다.\n클릭을 기다리는 중입니다(최대 ${seconds}초) …`,
    stopped: '중단했습니다. 보고서는 작성되지 않았습니다.',
  },
});
