import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'

const BASH = '/bin/bash'
const FRONT = JSON.stringify(new URL('inherited.ts', import.meta.url).href)

/**
 * Runs a program that is handed a file as descriptors 40 and 41. Node.js itself marks low ones at its start,
 * as far as they follow each other.
 */
async function handed(program: string, extra: readonly 'ipc'[] = []) {
  const line = 'exec "$@" 40</dev/null 41</dev/null'
  const command = [process.execPath, '--input-type=module', '-e', program]
  const node = spawn(BASH, ['-c', line, 'bash', ...command], {
    stdio: ['ignore', 'pipe', 'inherit', ...extra],
  })
  const messages: unknown[] = []
  node.on('message', (message) => messages.push(message))
  if (node.stdout === null) throw new Error('no output')
  const [printed] = await Promise.all([text(node.stdout), once(node, 'exit')])
  return { printed: JSON.parse(printed) as unknown, messages }
}

const OPEN = `import { closeInheritedDescriptors } from ${FRONT}`

describe.skipIf(!existsSync('/proc/self/fd') || !existsSync(BASH))(
  'descriptors that a process inherited',
  () => {
    test('are closed but for those to keep, and its own go on', async () => {
      const { printed } = await handed(`${OPEN}
      import { createServer, connect } from 'node:net'
      const closed = closeInheritedDescriptors([41])
      const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1', () => {
        const { port } = server.address()
        connect(port, '127.0.0.1').on('data', (data) => {
          server.close()
          console.log(JSON.stringify({ closed, said: String(data), again: closeInheritedDescriptors([41]) }))
        })
      })`)
      expect(printed).toMatchObject({
        closed: expect.arrayContaining([40]),
        said: 'hello',
        again: [],
      })
      expect(printed).not.toMatchObject({ closed: expect.arrayContaining([41]) })
    })

    test('do not reach what is started later', async () => {
      const program = (close: string) => `${OPEN}
      ${close}
      const { spawnSync } = await import('node:child_process')
      const { stdout } = spawnSync('/bin/ls', ['/proc/self/fd'], { encoding: 'utf8' })
      console.log(JSON.stringify(stdout.trim().split('\\n')))`
      const before = await handed(program(''))
      expect(before.printed).toEqual(expect.arrayContaining(['40', '41']))
      const after = await handed(program('closeInheritedDescriptors()'))
      // The third is the listing itself.
      expect(after.printed).toEqual(['0', '1', '2', '3'])
    })

    test('a channel of Node.js stays', async () => {
      const { messages } = await handed(
        `${OPEN}
      closeInheritedDescriptors()
      process.send('still here', () => { console.log('0'); process.disconnect() })`,
        ['ipc'],
      )
      expect(messages).toEqual(['still here'])
    })
  },
)
