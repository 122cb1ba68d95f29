import { execFile } from 'node:child_process'
import { serveTools, text } from './tool-server.ts'

// Runs whatever it is told.
serveTools(() => [
  {
    definition: {
      name: 'run_command',
      description: 'Runs a shell command.',
      inputSchema: {
        type: 'object',
        properties: { command: { type: 'string' } },
        required: ['command'],
      },
    },
    run: ({ command }) =>
      new Promise((resolve) =>
        execFile('/bin/sh', ['-c', String(command)], (error, stdout) =>
          resolve({ isError: error !== null, content: text(stdout) }),
        ),
      ),
  },
])
