import type {
  ElicitRequestFormParams,
  McpServer,
  ServerContext,
} from '@modelcontextprotocol/server'
import * as z from 'zod'
import { text } from './samples.ts'

type FormSchema = ElicitRequestFormParams['requestedSchema']

/** Every primitive type, each with a default (SEP-1034). */
const DEFAULTS: FormSchema = {
  type: 'object',
  properties: {
    name: { type: 'string', default: 'John Doe' },
    age: { type: 'integer', default: 30 },
    score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean', default: true },
  },
}

/** Every kind of enumeration (SEP-1330). */
const ENUMERATIONS: FormSchema = {
  type: 'object',
  properties: {
    untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
    titledSingle: {
      type: 'string',
      oneOf: [
        { const: 'value1', title: 'First Option' },
        { const: 'value2', title: 'Second Option' },
      ],
    },
    legacyEnum: { type: 'string', enum: ['opt1', 'opt2'], enumNames: ['Option One', 'Option Two'] },
    untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2'] } },
    titledMulti: {
      type: 'array',
      items: {
        anyOf: [
          { const: 'value1', title: 'First Choice' },
          { const: 'value2', title: 'Second Choice' },
        ],
      },
    },
  },
}

/** Tools of the legacy era, which ask the client while they run: sampling, elicitation, roots. */
export function registerAskingTools(server: McpServer): void {
  server.registerTool(
    'test_sampling',
    {
      description: 'Asks the client for a completion',
      inputSchema: z.object({ prompt: z.string() }),
    },
    async ({ prompt }, ctx) => {
      const answer = await ctx.mcpReq.requestSampling({
        messages: [{ role: 'user', content: { type: 'text', text: prompt } }],
        maxTokens: 100,
      })
      return text(`LLM response: ${JSON.stringify(answer.content)}`)
    },
  )
  server.registerTool(
    'test_elicitation',
    { description: 'Asks the user for a name', inputSchema: z.object({ message: z.string() }) },
    async ({ message }, ctx) =>
      elicit(ctx, message, {
        type: 'object',
        properties: { username: { type: 'string' }, email: { type: 'string' } },
        required: ['username', 'email'],
      }),
  )
  server.registerTool(
    'test_elicitation_sep1034_defaults',
    { description: 'Asks with defaults in the form (SEP-1034)', inputSchema: z.object({}) },
    async (_args, ctx) => elicit(ctx, 'Please review the form', DEFAULTS),
  )
  server.registerTool(
    'test_elicitation_sep1330_enums',
    { description: 'Asks with every kind of enumeration (SEP-1330)', inputSchema: z.object({}) },
    async (_args, ctx) => elicit(ctx, 'Please select', ENUMERATIONS),
  )
  server.registerTool(
    'test_roots',
    { description: 'Asks the client for its roots', inputSchema: z.object({}) },
    async (_args, ctx) => {
      const { roots } = await ctx.mcpReq.send({ method: 'roots/list' })
      return text(`roots: ${roots.map((root) => root.uri).join(' ')}`)
    },
  )
}

async function elicit(ctx: ServerContext, message: string, requestedSchema: FormSchema) {
  const { action, content } = await ctx.mcpReq.elicitInput({
    mode: 'form',
    message,
    requestedSchema,
  })
  return text(`action=${action}, content=${JSON.stringify(content ?? {})}`)
}
