import { expect, test } from 'vitest'
import { NOTICES } from '../kernel/notice.ts'
import { configFrom } from './config.ts'
import { ConfigError } from './problem.ts'

const PLACES = { env: {}, homedir: '/home/me' }
const WEBHOOK = { url: 'https://siem.example/in', secrets: ['secret://env/KEY'] }
const CHAT = { url: 'secret://env/CHAT', signingSecret: 'secret://env/SIGNING' }

function problemsOf(value: object): readonly string[] {
  try {
    configFrom(value, '/', PLACES)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    expect(error.message).not.toContain('hunter2')
    return error.problems.map(({ path }) => path)
  }
}
const ofWebhook = (more: object) => problemsOf({ webhooks: { siem: { ...WEBHOOK, ...more } } })
const ofChat = (more: object) => problemsOf({ chat: { ...CHAT, ...more } })

test('a receiver is told everything, and nothing that calls carry, unless somebody says otherwise', () => {
  const { webhooks } = configFrom({ webhooks: { siem: WEBHOOK } }, '/', PLACES)
  expect(webhooks['siem']).toEqual({
    url: { kind: 'literal', value: 'https://siem.example/in' },
    secrets: [{ kind: 'secret', prefix: '', provider: 'env', name: 'KEY' }],
    events: NOTICES,
    include: 'summary',
  })
})

test.each([
  'https://siem.example/in',
  'http://localhost:9000/in',
  'http://127.0.0.1/in',
  'http://[::1]:9000/',
  'secret://file/address',
])('%s can be told', (url) => {
  expect(ofWebhook({ url })).toEqual([])
})

test.each([
  'http://siem.example/in',
  'http://10.0.0.1/in',
  'https://10.0.0.1/in',
  'siem.example',
  'file:///etc/passwd',
  'https://user:hunter2@siem.example/',
  'https://siem.example/?token=hunter2',
  'https://siem.example/hooks/hunter2hunter2hunter2',
])('%s cannot stand there', (url) => {
  expect(ofWebhook({ url })).toEqual(['webhooks.siem.url'])
})

test.each<[object, readonly string[]]>([
  [{ secrets: [] }, ['webhooks.siem.secrets']],
  [{ secrets: ['whsec_hunter2'] }, ['webhooks.siem.secrets.0']],
  [{ secrets: ['secret://env/A', 'hunter2'] }, ['webhooks.siem.secrets.1']],
  [{ secrets: Array.from({ length: 5 }, () => 'secret://env/A') }, ['webhooks.siem.secrets']],
  [{ events: [] }, ['webhooks.siem.events']],
  [{ events: ['approval.*'] }, ['webhooks.siem.events.0']],
  [{ include: 'results' }, ['webhooks.siem.include']],
  [{ retries: 3 }, ['webhooks.siem.retries']],
])('%j is no receiver', (more, problems) => {
  expect(ofWebhook(more)).toEqual(problems)
})

test('a name that the chat could have is no name of a receiver', () => {
  expect(problemsOf({ webhooks: { ':chat': WEBHOOK } })).toEqual(['webhooks.":chat"'])
})

test.each<[object, readonly string[]]>([
  [{}, []],
  [{ users: { U1: 'ann', U2: 'corp|42' }, workspace: 'T1' }, []],
  [{ url: undefined, botToken: 'secret://env/BOT', channel: 'C1' }, []],
  [{ url: undefined, botToken: 'secret://env/BOT' }, ['chat']],
  [{ botToken: 'secret://env/BOT', channel: 'C1' }, ['chat']],
  [{ url: undefined }, ['chat']],
  [{ url: 'https://hooks.slack.com/services/hunter2' }, ['chat.url']],
  [{ signingSecret: 'hunter2' }, ['chat.signingSecret']],
  [{ url: undefined, botToken: 'hunter2', channel: 'C1' }, ['chat.botToken']],
  [{ api: 'http://chat.example/api' }, ['chat.api']],
  [{ users: { U1: 'ann' }, signingSecret: undefined }, ['chat.users']],
  [{ users: { '<!channel>': 'ann' } }, ['chat.users."<!channel>"']],
  [{ answerHosts: ['https://hooks.slack.com'] }, ['chat.answerHosts.0']],
  [{ answerHosts: ['*.slack.com'] }, ['chat.answerHosts.0']],
])('a chat with %j: %j', (more, problems) => {
  expect(ofChat(more)).toEqual(problems)
})

test.each<[object, readonly string[]]>([
  [{ patience: '2h', hold: '0s', flood: { pending: 1 }, retention: { calls: '7d' } }, []],
  [{ patience: '1s' }, ['approvals.patience']],
  [{ hold: '1h' }, ['approvals.hold']],
  [{ flood: { pending: 0 } }, ['approvals.flood.pending']],
  [{ retention: { requests: '0s' } }, ['approvals.retention.requests']],
  [{ quorum: 1 }, ['approvals.quorum']],
])('approvals with %j: %j', (approvals, problems) => {
  expect(problemsOf({ approvals })).toEqual(problems)
})
