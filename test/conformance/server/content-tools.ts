import { fromJsonSchema, type McpServer } from '@modelcontextprotocol/server'
import { PIXEL, SILENCE, text } from './samples.ts'

/** Keywords of JSON Schema 2020-12 that a list has to carry unchanged (SEP-1613, SEP-2106). */
const SCHEMA_2020_12 = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
} as const

/** A schema with an argument that clients mirror into the header `Mcp-Param-Region` (SEP-2243). */
const SCHEMA_MIRRORED = {
  type: 'object',
  properties: { region: { type: 'string', 'x-mcp-header': 'Region' } },
} as const

/** Tools whose answer is the point: every kind of content, an error, a mirrored header, a schema. */
export function registerContentTools(server: McpServer): void {
  server.registerTool('test_simple_text', { description: 'Answers with text' }, async () =>
    text('This is a simple text response for testing.'),
  )
  server.registerTool('test_image_content', { description: 'Answers with an image' }, async () => ({
    content: [{ type: 'image', data: PIXEL, mimeType: 'image/png' }],
  }))
  server.registerTool('test_audio_content', { description: 'Answers with audio' }, async () => ({
    content: [{ type: 'audio', data: SILENCE, mimeType: 'audio/wav' }],
  }))
  server.registerTool(
    'test_embedded_resource',
    { description: 'Answers with an embedded resource' },
    async () => ({
      content: [embedded('test://embedded-resource', 'text/plain', 'This is embedded content.')],
    }),
  )
  server.registerTool(
    'test_multiple_content_types',
    { description: 'Answers with text, an image and a resource' },
    async () => ({
      content: [
        { type: 'text', text: 'Multiple content types test:' },
        { type: 'image', data: PIXEL, mimeType: 'image/png' },
        embedded(
          'test://mixed-content-resource',
          'application/json',
          '{"test":"data","value":123}',
        ),
      ],
    }),
  )
  server.registerTool('test_error_handling', { description: 'Always fails' }, async () => {
    throw new Error('This tool intentionally returns an error for testing')
  })
  server.registerTool(
    'test_x_mcp_header',
    {
      description: 'Has an argument that is mirrored into a header',
      inputSchema: fromJsonSchema<{ region?: string }>(SCHEMA_MIRRORED),
    },
    async ({ region }) => text(`region=${region ?? 'none'}`),
  )
  server.registerTool(
    'json_schema_2020_12_tool',
    {
      description: 'Has an input schema with keywords of JSON Schema 2020-12',
      inputSchema: fromJsonSchema(SCHEMA_2020_12),
    },
    async (args) => text(JSON.stringify(args)),
  )
}

function embedded(uri: string, mimeType: string, content: string) {
  return { type: 'resource' as const, resource: { uri, mimeType, text: content } }
}
