import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import type { Config } from '../../config/config.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { Context } from '../context.ts'
import { openGatewayHttp } from '../gateway-http.ts'
import { mcpClient } from '../mcp-client.ts'
import { openConfiguredStore } from '../open-records.ts'
import { findRunning } from '../run-file.ts'
import { type Finding, findingOf } from './finding.ts'

const TIMEOUT = 5_000

/** Whether the gateway answers; when it does not run, whether its port is free. */
export async function checkGateway(config: Config): Promise<Finding> {
  const check = 'gateway'
  const running = findRunning(config.dataDir)
  if (running === undefined) return checkPort(config)
  try {
    const http = openGatewayHttp(config.dataDir)
    try {
      await mcpClient(http, '/mcp', TIMEOUT).request('server/discover')
    } finally {
      http.close()
    }
    return { check, state: 'ok', message: `process ${running.pid} serves ${running.url}` }
  } catch (error) {
    return findingOf(check, error, 'stop the gateway and start it again')
  }
}

async function checkPort({ listen: { host, port } }: Config): Promise<Finding> {
  const check = 'port'
  const code = await tryListen(host, port)
  if (code === undefined)
    return { check, state: 'ok', message: `${host}:${port} is free; the gateway does not run` }
  const message =
    code === 'EADDRINUSE' ? `another program has ${host}:${port}` : `${host}:${port}: ${code}`
  return {
    check,
    state: 'fail',
    message,
    fix: 'choose another `listen.port`, or stop that program',
  }
}

function tryListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen(port, host, () => server.close(() => resolve(undefined)))
  })
}

/** Whether the store can be opened. A database that is not there yet is not made. */
export async function checkStore(config: Config, context: Context): Promise<Finding> {
  const check = 'store'
  const { store } = config
  if (store.kind === 'sqlite' && !existsSync(store.path))
    return { check, state: 'warn', message: `${store.path} is made at the first start` }
  try {
    const opened = await openConfiguredStore(config, context)
    await opened.close()
    return { check, state: 'ok', message: store.kind === 'sqlite' ? store.path : 'PostgreSQL' }
  } catch (error) {
    const { message, fix, ...rest } = findingOf(check, error, 'check `store` in the configuration')
    const detail = error instanceof GatewayError && error.detail ? `: ${error.detail}` : ''
    return { ...rest, message: message + detail, ...(fix === undefined ? {} : { fix }) }
  }
}
