import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { openEgress } from '../src/sandbox/egress/egress.ts'

/** Under measurement: a bare relay to FAR, or with EGRESS the proxy of a server that may reach it. */
const far = Number(process.env['FAR'])
const server = createServer({ allowHalfOpen: true, noDelay: true })
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
if (process.env['EGRESS'] === undefined) {
  server.on('connection', (near) => {
    const to = connect({ port: far, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    for (const each of [near, to]) each.on('error', () => {})
    near.once('close', () => to.destroy())
    near.pipe(to)
    to.pipe(near)
  })
} else {
  const egress = openEgress({
    server: 'bench',
    rules: [{ host: 'bench.test', ports: [far], proto: 'tls', allowPrivate: true }],
    watch: { denied: console.error, used: () => {} },
    resolve: async () => ['127.0.0.1'],
  })
  const dns = createSocket('udp4')
  dns.bind(0, '127.0.0.1')
  await once(dns, 'listening')
  egress.take({ opened: 'tcp', port: 3_128 }, server)
  egress.take({ opened: 'udp', port: 53 }, dns)
}
console.log(JSON.stringify({ port }))
