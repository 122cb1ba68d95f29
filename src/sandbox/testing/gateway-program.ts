import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { GatewayError } from '../../kernel/errors.ts'
import type { Launch } from '../../kernel/sandbox.ts'
import { closeInheritedDescriptors } from '../limits/inherited.ts'
import { processTree } from '../limits/process-tree.ts'
import { createSandbox } from '../sandbox.ts'
import type { Seen, Started } from './gateway.ts'

// A process of its own, so that it may be root or not, and so that it may be killed.
const { bwrap, launches, how, leaks }: Started = JSON.parse(process.argv[2] ?? '{}')
if (leaks !== true) closeInheritedDescriptors()
const sandbox = createSandbox({
  bwrap,
  watch: { denied: () => {}, used: () => {} },
  resolve: async () => [],
})

const countDescriptors = (): number => readdirSync('/proc/self/fd').length

function argumentsOf(pid: number): string {
  return processTree(pid)
    .pids.map((each) => {
      try {
        return readFileSync(`/proc/${each}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        return ''
      }
    })
    .join('\n')
}

async function start(launch: Launch): Promise<Seen> {
  const before = countDescriptors()
  const nothing = { stdout: '', stderr: '', code: null, inForce: [], arguments: '' }
  try {
    const { child, inForce } = await sandbox.launch(launch)
    const out = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    const seen = argumentsOf(child.pid ?? 0)
    if (how === 'hold') process.stdout.write(`${child.pid}\n`)
    else child.stdin.end()
    const [stdout, stderr, [code]] = await out
    const after = countDescriptors()
    return { stdout, stderr, code, inForce, arguments: seen, descriptors: [before, after] }
  } catch (error) {
    const { message, data, detail = '' } = error as GatewayError
    // streams are closed in a turn of their own
    for (let turn = 0; turn < 50 && countDescriptors() > before; turn += 1) await sleep(10)
    const after = countDescriptors()
    return { ...nothing, refused: { message, data, detail }, descriptors: [before, after] }
  }
}

const seen: Seen[] = []
if (how === 'serial') for (const launch of launches) seen.push(await start(launch))
else seen.push(...(await Promise.all(launches.map(start))))
if (how !== 'hold') process.stdout.write(JSON.stringify(seen))
await sandbox.close()
