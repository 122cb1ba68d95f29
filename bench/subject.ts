/** What every measurement calls: one tool, by one client of 2026-07-28. */
export const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
}

export const INPUT_SCHEMA = {
  type: 'object',
  properties: {
    title: { type: 'string' },
    text: { type: 'string' },
    count: { type: 'integer', minimum: 0 },
    tags: { type: 'array', items: { type: 'string' } },
  },
  required: ['title', 'text'],
}

/** Arguments with a text of `size` characters. */
export function argumentsOf(size: number) {
  return { title: 'note', text: 'x'.repeat(size), count: 3, tags: ['a', 'b'] }
}
