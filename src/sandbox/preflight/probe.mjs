// Runs inside the sandbox and tries to get out of it: what each attempt came to is one word in a line of
// JSON. It gets past nothing that it could harm: what it writes goes away with the sandbox, or is refused.
import { spawn, spawnSync } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { argv, env } from 'node:process'

const wish = JSON.parse(argv[1])
const found = {}

/** `refused: CODE`, `got in`, or `untried`. */
async function attempt(name, act) {
  try {
    const got = await act()
    found[name] = got ?? 'got in'
  } catch (error) {
    found[name] = `refused: ${error?.code ?? error?.message ?? error}`
  }
}

function refused(code) {
  throw Object.assign(new Error(code), { code })
}

function reach(where, held) {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...where, timeout: 2000 })
    socket.once('connect', () => resolve(socket.destroy() && undefined))
    socket.once('timeout', () => reject(Object.assign(new Error('silence'), { code: 'silence' })))
    socket.once('error', (error) => {
      socket.destroy()
      held(error.code) ? reject(error) : resolve(undefined)
    })
  })
}

function ended(child) {
  return new Promise((resolve) => {
    child.once('exit', resolve)
    child.kill('SIGKILL')
  })
}

function program(names, args) {
  for (const [at, name] of names.entries()) {
    const { error, status, stderr } = spawnSync(name, args[at], { timeout: 5000, encoding: 'utf8' })
    if (error?.code === 'ENOENT') continue
    if (status === 0) return undefined
    refused(String(error?.code ?? stderr.trim().split('\n').at(-1)).slice(0, 100))
  }
  return 'untried'
}

await attempt('marker', () => void readFileSync(wish.marker))
await attempt('shadow', () => void readFileSync('/etc/shadow'))
await attempt('home', () => void readdirSync(wish.home))
await attempt('write-usr', () => writeFileSync('/usr/bailiwick-probe', ''))
await attempt('write-root', () => writeFileSync('/bailiwick-probe', ''))
await attempt('core-pattern', () => closeSync(openSync('/proc/sys/kernel/core_pattern', 'r+')))
await attempt('loopback', () => reach({ host: '127.0.0.1', port: wish.port }, () => true))
await attempt('interfaces', () =>
  Object.keys(networkInterfaces()).some((name) => name !== 'lo') ? undefined : refused('none'),
)
// what the filter refuses is refused before anybody looks for the other end
await attempt('unix-socket', () =>
  reach({ path: '/nowhere' }, (code) => code !== 'ENOENT' && code !== 'ECONNREFUSED'),
)
await attempt('vsock', () =>
  program(
    ['perl', 'python3'],
    [
      ['-e', 'socket(S, 40, 1, 0) or die "$!\\n"'],
      ['-c', 'import socket; socket.socket(40, 1)'],
    ],
  ),
)
await attempt('user-namespace', () => program(['unshare'], [['-U', 'true']]))
await attempt('host-process', () => {
  process.kill(wish.pid, 0)
})
await attempt('processes', () =>
  readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length > 8 ? undefined : refused('few'),
)

const status = Object.fromEntries(
  readFileSync('/proc/self/status', 'utf8')
    .split('\n')
    .map((line) => line.split(':\t')),
)
await attempt('seccomp', () => (status.Seccomp === '2' ? refused('filter') : undefined))
await attempt('privileges', () => (status.NoNewPrivs === '1' ? refused('none-new') : undefined))
await attempt('capabilities', () =>
  ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].every((name) => /^0+$/.test(status[name]))
    ? refused('none')
    : undefined,
)
await attempt('environment', () =>
  Object.keys(env).some((name) => !wish.env.includes(name)) ? undefined : refused('none'),
)

await attempt('open-files', () => {
  const open = []
  try {
    for (let at = 0; at <= wish.files; at += 1) open.push(openSync('/dev/null', 'r'))
  } finally {
    for (const one of open) closeSync(one)
  }
})
await attempt('file-size', () => {
  const bytes = wish.fileSize + 2 ** 20
  spawnSync('/bin/sh', ['-c', `head -c ${bytes} /dev/zero > /tmp/large`], { stdio: 'ignore' })
  return statSync('/tmp/large').size > wish.fileSize ? undefined : refused('cut')
})
await attempt('fork', async () => {
  const children = []
  try {
    for (let at = 0; at < wish.pids; at += 1) {
      const child = spawn('/bin/sleep', ['60'], { stdio: 'ignore' })
      child.on('error', () => {})
      if (child.pid === undefined) refused(`after ${at}`)
      children.push(child)
    }
  } finally {
    await Promise.all(children.map(ended))
  }
})

// neither ends by itself, whatever becomes of its input: what ends them is the sandbox
spawn('/bin/sleep', ['600'], { stdio: 'ignore', detached: true })
process.stdout.write(`${JSON.stringify(found)}\n`)
