// Runs inside the network namespace of a server, before the server, and with none of its code: opens what
// `process.argv[2]` lists (`ListenerSpec` of listeners.ts), hands it to the gateway, and ends.
// Plain JavaScript, since stripping types would more than double the time until the server starts.
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

function tcp({ host, port }) {
  return new Promise((resolve, reject) => {
    // what comes before the gateway listens waits in the backlog
    const server = createServer({ pauseOnConnect: true }, (socket) => socket.destroy())
    server.once('error', reject)
    server.listen({ host, port, backlog: 128 }, () => resolve([{ opened: 'tcp', port }, server]))
  })
}

function udp({ host, port }) {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    socket.once('error', reject)
    socket.bind({ address: host, port }, () => resolve([{ opened: 'udp', port }, socket]))
  })
}

function tell(message, handle) {
  return new Promise((resolve, reject) => {
    process.send(message, handle, (error) => (error ? reject(error) : resolve()))
  })
}

let handedOver = false
// the gateway may let go as soon as it has everything
process.on('disconnect', () => process.exit(handedOver ? 0 : 1))
try {
  const spec = JSON.parse(process.argv[2])
  const opened = await Promise.all([...spec.tcp.map(tcp), ...spec.udp.map(udp)])
  await Promise.all(opened.map(([message, handle]) => tell(message, handle)))
  handedOver = true
  await tell({ opened: 'all' })
  process.exit(0)
} catch (error) {
  await tell({ failed: String(error?.code ?? error) }).catch(() => {})
  process.exit(1)
}
