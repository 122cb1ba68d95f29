import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { sdkServer } from './sdk-server.ts'

const seen = { cancelled: 0 }
serveStdio(() => sdkServer(seen), {
  legacy: process.argv.includes('modern-only') ? 'reject' : 'serve',
})
