import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { serveTools, text } from '../../virtual/tool-server.ts'

/** Tools of the server, with what each answers. */
const TOOLS = { read_note: 'a note', write_note: 'written', run_note: 'run' }

// `notes-server.ts modern|legacy` serves one era alone, over stdio.
if (process.argv[2] === 'legacy')
  serveTools(() =>
    Object.entries(TOOLS).map(([name, answer]) => ({
      definition: { name, inputSchema: { type: 'object' } },
      run: async () => ({ content: text(answer) }),
    })),
  )
else
  serveStdio(
    () => {
      const server = new McpServer({ name: 'notes', version: '1' })
      for (const [name, answer] of Object.entries(TOOLS))
        server.registerTool(name, {}, async () => ({ content: [{ type: 'text', text: answer }] }))
      return server
    },
    { legacy: 'reject' },
  )
