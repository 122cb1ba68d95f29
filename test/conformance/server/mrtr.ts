import {
  acceptedContent,
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  createRequestStateCodec,
  type InputRequest,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server'
import * as z from 'zod'
import { text } from './samples.ts'

type Step = CallToolResult | InputRequiredResult

interface RoundState {
  readonly round: number
}

/** Seals `requestState`. The key lives as long as the process: a state outlives its server object. */
export const states = createRequestStateCodec<RoundState>({
  key: crypto.getRandomValues(new Uint8Array(32)),
})

const askName = (): InputRequest => ask('What is your name?', 'name')
const askGreeting = (): InputRequest =>
  inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text: 'Generate a greeting' } }],
    maxTokens: 50,
  })

/** Tools and a prompt of the modern era, which answer with `input_required` (SEP-2322). */
export function registerMrtr(server: McpServer): void {
  const tool = (name: string, description: string, step: (ctx: ServerContext) => Promise<Step>) =>
    server.registerTool(
      `test_input_required_result_${name}`,
      { description, inputSchema: z.object({}) },
      async (_args, ctx) => step(ctx),
    )
  tool('elicitation', 'Asks the user for a name', elicitation)
  tool('sampling', 'Asks the client for a completion', sampling)
  tool('list_roots', 'Asks the client for its roots', listRoots)
  tool('request_state', 'Asks for confirmation and checks its own state', confirmed)
  tool('tampered_state', 'Refuses a state that it did not seal', confirmed)
  tool('multiple_inputs', 'Asks for a name, a greeting and roots at once', multipleInputs)
  tool('multi_round', 'Asks in two rounds', multiRound)
  tool('capabilities', 'Asks only for what the client can do', withinCapabilities)
  registerPrompt(server)
}

async function elicitation(ctx: ServerContext): Promise<Step> {
  const name = acceptedContent(
    ctx.mcpReq.inputResponses,
    'user_name',
    z.object({ name: z.string() }),
  )?.name
  if (name !== undefined) return text(`Hello, ${name}!`)
  const view = inputResponse(ctx.mcpReq.inputResponses, 'user_name')
  if (view.kind === 'elicit' && view.action !== 'accept')
    return text(`The user chose ${view.action}`)
  return inputRequired({ inputRequests: { user_name: askName() } })
}

async function sampling(ctx: ServerContext): Promise<Step> {
  const answer = ctx.mcpReq.inputResponses?.['capital_question']
  if (answer !== undefined) return text(`LLM response: ${JSON.stringify(answer)}`)
  return inputRequired({
    inputRequests: {
      capital_question: inputRequired.createMessage({
        messages: [
          { role: 'user', content: { type: 'text', text: 'What is the capital of France?' } },
        ],
        maxTokens: 100,
      }),
    },
  })
}

async function listRoots(ctx: ServerContext): Promise<Step> {
  const answer = ctx.mcpReq.inputResponses?.['client_roots']
  if (answer !== undefined) return text(`roots: ${JSON.stringify(answer)}`)
  return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } })
}

async function confirmed(ctx: ServerContext): Promise<Step> {
  const accepted = acceptedContent(ctx.mcpReq.inputResponses, 'confirm') !== undefined
  if (accepted && ctx.mcpReq.requestState<RoundState>() !== undefined) return text('state-ok')
  return inputRequired({
    inputRequests: {
      confirm: inputRequired.elicit({
        message: 'Please confirm',
        requestedSchema: {
          type: 'object',
          properties: { ok: { type: 'boolean' } },
          required: ['ok'],
        },
      }),
    },
    requestState: await states.mint({ round: 1 }),
  })
}

async function multipleInputs(ctx: ServerContext): Promise<Step> {
  const responses = ctx.mcpReq.inputResponses ?? {}
  const wanted = ['user_name', 'greeting', 'client_roots']
  if (wanted.every((key) => responses[key] !== undefined)) return text('all three arrived')
  return inputRequired({
    inputRequests: {
      user_name: askName(),
      greeting: askGreeting(),
      client_roots: inputRequired.listRoots(),
    },
    requestState: await states.mint({ round: 1 }),
  })
}

async function multiRound(ctx: ServerContext): Promise<Step> {
  const round = ctx.mcpReq.requestState<RoundState>()?.round ?? 0
  if (round >= 2) return text('Multi-round complete')
  const inputRequests: Record<string, InputRequest> =
    round === 0
      ? { step1: ask('Step 1: What is your name?', 'name') }
      : { step2: ask('Step 2: What is your favorite color?', 'color') }
  return inputRequired({ inputRequests, requestState: await states.mint({ round: round + 1 }) })
}

async function withinCapabilities(ctx: ServerContext): Promise<Step> {
  if (ctx.mcpReq.inputResponses !== undefined) return text('answered')
  const envelope: Readonly<Record<string, ClientCapabilities>> = ctx.mcpReq.envelope ?? {}
  const declared = envelope[CLIENT_CAPABILITIES_META_KEY]
  const inputRequests: Record<string, InputRequest> = {
    ...(declared?.elicitation ? { user_name: askName() } : {}),
    ...(declared?.sampling ? { greeting: askGreeting() } : {}),
    ...(declared?.roots ? { client_roots: inputRequired.listRoots() } : {}),
  }
  if (Object.keys(inputRequests).length === 0) return text('the client can answer nothing')
  return inputRequired({ inputRequests })
}

function registerPrompt(server: McpServer): void {
  const argsSchema = z.object({})
  server.registerPrompt(
    'test_input_required_result_prompt',
    { description: 'Asks the user for its context', argsSchema },
    async (_args, ctx) => {
      const context = acceptedContent(ctx.mcpReq.inputResponses, 'user_context')?.['context']
      if (typeof context !== 'string')
        return inputRequired({
          inputRequests: { user_context: ask('What context should the prompt use?', 'context') },
        })
      return {
        messages: [{ role: 'user', content: { type: 'text', text: `Context: ${context}` } }],
      }
    },
  )
}

function ask(message: string, field: string): InputRequest {
  return inputRequired.elicit({
    message,
    requestedSchema: {
      type: 'object',
      properties: { [field]: { type: 'string' } },
      required: [field],
    },
  })
}
