import { type ChildProcess, fork, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createServer as httpServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as tlsServer } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { SandboxDenial } from '../../kernel/sandbox.ts'
import { findBwrap } from '../testing/bwrap.ts'
import { type Egress, openEgress } from './egress.ts'
import { HOSTS_TLS } from './testing/hosts-tls.ts'
import { host, rule } from './testing/opened.ts'

/** Runs a shell script in a network namespace whose only way out is the egress. */
async function inside(egress: Egress, script: string): Promise<string> {
  const resolvConf = join(mkdtempSync(join(tmpdir(), 'egress-')), 'resolv.conf')
  writeFileSync(resolvConf, egress.resolvConf)
  chmodSync(resolvConf, 0o644)
  const bwrap = ['--dev-bind', '/', '/', '--ro-bind', resolvConf, '/etc/resolv.conf']
  const first = '"$0" "$1" "$2" && exec 3>&- && unset NODE_CHANNEL_FD && shift 2 && eval "$1"'
  const child = spawn(
    await findBwrap(),
    [
      ...[
        ...bwrap,
        '--unshare-user',
        '--unshare-net',
        '--uid',
        '0',
        '--cap-add',
        'CAP_NET_BIND_SERVICE',
      ],
      ...['--die-with-parent', 'sh', '-c', first],
      ...[process.execPath, egress.program, JSON.stringify(egress.spec), script],
    ],
    { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: { PATH: '/usr/bin:/bin' } },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  child.on('message', (message, handle) => {
    egress.take(message, handle)
  })
  return outputOf(child)
}

function outputOf(child: ChildProcess): Promise<string> {
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (bytes) => {
      output += bytes
    })
  return new Promise((resolve) => child.once('close', () => resolve(output)))
}

describe('in a network namespace', () => {
  test('allowed hosts are there with and without the proxy, and nothing else is', async () => {
    const secure = await host(
      tlsServer(HOSTS_TLS, (socket) => socket.end('HTTP/1.0 200 OK\r\n\r\ntls')),
    )
    const plain = await host(httpServer((_request, response) => response.end('plain')))
    const denials: SandboxDenial[] = []
    const egress = openEgress({
      server: 'notes',
      rules: [rule('allowed.test', secure), rule('plain.test', plain, { proto: 'http' })],
      watch: { denied: (denial) => denials.push(denial), used: () => {} },
      resolve: async () => ['127.0.0.1'],
    })
    onTestFinished(() => egress.close())
    const curl = 'curl -ks --max-time 5'
    const proxied = `${curl} -x ${egress.env['HTTPS_PROXY']}`
    const lines = [
      `${proxied} https://allowed.test:${secure}/; echo ":$?"`,
      `${curl} https://allowed.test:${secure}/; echo ":$?"`,
      `${proxied} http://plain.test:${plain}/; echo ":$?"`,
      `${curl} http://plain.test:${plain}/; echo ":$?"`,
      `${curl} https://denied.test/; echo ":$?"`,
      `${curl} http://127.0.0.1:${plain}/; echo ":$?"`,
      `${curl} http://1.1.1.1/; echo ":$?"`,
      `${proxied} -o /dev/null -w '%{http_connect}' https://denied.test/; echo ":$?"`,
    ]
    const got = (await inside(egress, lines.join('\n'))).split('\n')
    expect(got).toEqual([
      'tls:0',
      'tls:0',
      'plain:0',
      'plain:0',
      ':6', // no such name
      expect.stringMatching(/^:5[26]$/), // its own loopback, where only what stands for a name is behind the port
      ':7', // no way there
      '403:56',
      '',
    ])
    const told = denials.map(({ op, reason }) => `${op} ${reason}`)
    expect(new Set(told)).toEqual(
      new Set(['resolve host-not-listed', 'connect unknown-address', 'connect host-not-listed']),
    )
  })

  test('what cannot be opened is said, and nothing is served', async () => {
    const egress = openEgress({
      server: 'notes',
      rules: [rule('allowed.test', 443)],
      watch: { denied: () => {}, used: () => {} },
    })
    const child = fork(egress.program, ['{"tcp":[{"host":"203.0.113.1","port":1}],"udp":[]}'], {
      execArgv: [],
    })
    const message = await new Promise((resolve) => child.once('message', resolve))
    expect(message).toEqual({ failed: 'EADDRNOTAVAIL' })
    expect(() => egress.take(message, undefined)).toThrow('could not be set up')
    expect(() => egress.take({ opened: 'all' }, undefined)).toThrow('could not be set up')
  })
})
