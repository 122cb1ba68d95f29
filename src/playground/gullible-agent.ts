import { isObject, type Json, type JsonObject } from '../kernel/json.ts'

/** The tools that an agent has, named `server__tool`. */
export interface Tools {
  listTools(): Promise<readonly string[]>
  /** The result of `tools/call` as it came. Rejects for what is no tool result. */
  callTool(name: string, args: JsonObject): Promise<JsonObject>
}

/** One call that the agent made, and what it got. */
export interface Step {
  readonly tool: string
  readonly arguments: JsonObject
  /** Whose words it followed: `user`, or the tool whose result it had read. */
  readonly because: string
  readonly result: JsonObject
  readonly failed: boolean
}

/** What a sentence tells the agent to do. */
type Instruction =
  | { readonly verb: 'read message'; readonly id: string }
  | { readonly verb: 'read file'; readonly path: string }
  | { readonly verb: 'write summary'; readonly path: string }
  | { readonly verb: 'send'; readonly to: string; readonly subject: string }

const MAX_STEPS = 20

const FORMS: readonly {
  readonly form: RegExp
  readonly read: (found: readonly string[]) => Instruction
}[] = [
  {
    form: /\bread\s+(?:the\s+)?message\s+([\w-]+)/gi,
    read: ([, id = '']) => ({ verb: 'read message', id }),
  },
  {
    form: /\bread\s+(?:the\s+)?file\s+([\w./-]*\w)/gi,
    read: ([, path = '']) => ({ verb: 'read file', path }),
  },
  {
    form: /\bwrite\s+(?:a\s+|the\s+)?summary\s+(?:of\s+it\s+)?to\s+([\w./-]*\w)/gi,
    read: ([, path = '']) => ({ verb: 'write summary', path }),
  },
  {
    form: /\bsend\s+(?:it|the\s+summary|its\s+contents?)\s+to\s+([\w.+-]+@[\w.-]*\w)(?:\s+with\s+the\s+subject\s+"([^"]*)")?/gi,
    read: ([, to = '', subject = 'For you']) => ({ verb: 'send', to, subject }),
  },
]

/**
 * An agent that believes every word. It follows the instructions in its task, and those in whatever
 * a tool answers, at once and in the order in which it reads them, whoever wrote them. A failed call
 * does not stop it. It stands for a model at its worst: what protects from it protects from any model.
 */
export async function obey(task: string, tools: Tools): Promise<readonly Step[]> {
  const mind: Mind = { tools, names: await tools.listTools(), steps: [], inHand: '' }
  await follow(mind, task, 'user')
  return mind.steps
}

interface Mind {
  readonly tools: Tools
  readonly names: readonly string[]
  readonly steps: Step[]
  /** What "it" means: the file that was read last, or the summary of it. */
  inHand: string
}

async function follow(mind: Mind, text: string, because: string): Promise<void> {
  for (const instruction of instructionsIn(text)) {
    if (mind.steps.length >= MAX_STEPS) return
    const step = await carryOut(mind, instruction, because)
    mind.steps.push(step)
    if (!step.failed) await follow(mind, textOf(step.result), step.tool)
  }
}

async function carryOut(mind: Mind, instruction: Instruction, because: string): Promise<Step> {
  if (instruction.verb === 'write summary') mind.inHand = summaryOf(mind.inHand)
  const call = callFor(instruction, mind.inHand)
  const tool = mind.names.find((name) => name.endsWith(`__${call.tool}`)) ?? call.tool
  const result = await attempt(mind.tools, tool, call.arguments)
  const failed = result['isError'] === true
  if (instruction.verb === 'read file' && !failed) mind.inHand = textOf(result)
  return { tool, arguments: call.arguments, because, result, failed }
}

/** The instructions in a text, in the order of their first words. */
function instructionsIn(text: string): readonly Instruction[] {
  return FORMS.flatMap(({ form, read }) =>
    [...text.matchAll(form)].map((found) => ({ at: found.index, instruction: read(found) })),
  )
    .sort((a, b) => a.at - b.at)
    .map(({ instruction }) => instruction)
}

function callFor(
  instruction: Instruction,
  inHand: string,
): { readonly tool: string; readonly arguments: JsonObject } {
  switch (instruction.verb) {
    case 'read message':
      return { tool: 'read_message', arguments: { id: instruction.id } }
    case 'read file':
      return { tool: 'read_text_file', arguments: { path: instruction.path } }
    case 'write summary':
      return { tool: 'write_file', arguments: { path: instruction.path, content: inHand } }
    case 'send': {
      const { to, subject } = instruction
      return { tool: 'send_message', arguments: { to, subject, body: inHand } }
    }
  }
}

async function attempt(tools: Tools, tool: string, args: JsonObject): Promise<JsonObject> {
  try {
    return await tools.callTool(tool, args)
  } catch (error) {
    const text = error instanceof Error ? error.message : 'failed'
    return { content: [{ type: 'text', text }], isError: true }
  }
}

/** The text of a tool's result. */
export function textOf(result: JsonObject): string {
  const content: readonly Json[] = Array.isArray(result['content']) ? result['content'] : []
  return content
    .flatMap((block) => (isObject(block) && typeof block['text'] === 'string' ? block['text'] : []))
    .join('\n')
}

/** The first words of every item: as much as a script can do. */
function summaryOf(text: string): string {
  const items = text.split('\n').filter((line) => line.startsWith('- '))
  return items.map((line) => `${line.split(/[,;.]/)[0]}.`).join('\n')
}
