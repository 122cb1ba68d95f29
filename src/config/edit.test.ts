import { expect, test } from 'vitest'
import { parseConfig } from './config.ts'
import { addServer, removeServer } from './edit.ts'

const TEXT = `# how we run it
listen: # where
    port: 7000 # ours

servers:
    # the first
    one: { transport: stdio, command: x } # inline

    two:
        transport: stdio
        command: "quoted"
# the end
`
const HTTP = { transport: 'http', url: 'https://a.example/' }

test('adding keeps everything else as it is', () => {
  expect(addServer(TEXT, 'three', HTTP)).toBe(
    TEXT.replace(
      '        command: "quoted"\n',
      '        command: "quoted"\n    three:\n        transport: http\n        url: https://a.example/\n',
    )
      .replace('# the end', '\n# the end')
      .replace('listen: # where\n', 'listen:\n    # where\n'),
  )
})

test('removing keeps everything else as it is', () => {
  const text = removeServer(TEXT, 'two')
  for (const kept of [
    '# how we run it',
    '# where',
    '# ours',
    '# the first',
    '# inline',
    '# the end',
  ])
    expect(text).toContain(kept)
  expect(text).not.toContain('quoted')
})

test('the first server makes the map, the last one takes it away', () => {
  const one = addServer('# mine\n', 'one', HTTP)
  expect(one).toContain('# mine')
  expect(parseConfig(one, '/b.yaml', { env: {}, homedir: '/' }).config.servers).toHaveProperty(
    'one',
  )
  expect(removeServer(one, 'one').trim()).toBe('# mine')
})

test('line ends stay', () => {
  expect(addServer('listen:\r\n  port: 1\r\n', 'a', HTTP)).not.toMatch(/[^\r]\n/)
})
