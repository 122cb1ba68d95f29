import { Agent, createServer, request as send } from 'node:http'

/** The yardstick: a plain `node:http` reverse proxy that looks at nothing. */
const port = Number(process.env['UPSTREAM'])
const agent = new Agent({ keepAlive: true, maxSockets: 1_024 })
const server = createServer((request, response) => {
  const upstream = send(
    {
      host: '127.0.0.1',
      port,
      path: '/mcp',
      method: request.method,
      headers: request.headers,
      agent,
    },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    },
  )
  upstream.on('error', () => response.destroy())
  request.pipe(upstream)
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address) console.log(JSON.stringify({ port: address.port }))
})
