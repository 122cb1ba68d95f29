import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { escapeStep } from '../../kernel/json-pointer.ts'
import type { RuleId } from './rules.ts'

/** What is wrong with a parameter; it stands in its name. */
export interface ParameterHit {
  readonly rule: RuleId
  readonly at: string
  readonly name: string
}

/** Names of what a model has and a tool does not need, as words between underscores. */
const CONTEXT =
  /^(?:(?:full|entire|complete|previous|prior|past|raw|all|user|agent|current|recent)_)*(?:conversation|chat|dialog(?:ue)?|message|session|user|prompt|context|interaction)s?_(?:history|transcript|log|logs|context|messages|dump)$|^(?:system|hidden|initial|original|developer|model|agent)_(?:prompt|instructions?|message|context)s?$|^(?:tools?|functions?)_(?:list|names|available|definitions|schemas?|call_history)$|^(?:available|all|other)_(?:tools|functions|servers)$|^(?:side_?note|side_?car|hidden_?context|exfil\w{0,10}|chain_of_thought|scratchpad)$/
/** The model, and its keys. */
const MODEL =
  /^(?:llm|ai|assistant|agent|caller|calling|client)_(?:model_|llm_)?(?:name|version|id|type|identity|provider)$|^(?:llm|ai)_model$/
const SECRETS =
  /^(?:user_|your_|all_|local_|host_)(?:passwords?|credentials?|secrets?|api_?keys?|env(?:ironment)?(?:_variables)?|tokens|cookies|ssh_key|private_key)$|^(?:ssh|private|id_rsa)_key_(?:contents?|data|material)$|^env(?:ironment)?_(?:dump|contents?)$|^(?:env|passwd|credentials)_file_contents?$/
/** Names that say from which file their value comes. */
const FROM_FILE =
  /(?:^|_)(?:id_(?:rsa|ed25519|ecdsa)|ssh_(?:private_)?key|etc_(?:passwd|shadow)|dot_?env|env_file|aws_credentials|git_credentials|kube_?config|mcp_(?:config|json)|netrc)(?:_|$)/
/** What such a parameter asks for, when its description says it. */
const ASKS =
  /\b(?:full|entire|complete|whole|previous|all(?: of the)?|verbatim|recent)\s{1,3}(?:user\s{1,3})?(?:conversation|chat|dialogue|prompt|message history|messages? (?:so far|history)|context window)|\bsystem\s{1,3}(?:prompt|message|instructions)\b|\b(?:conversation|chat)\s{1,3}(?:history|transcript)\b|\blist of (?:all )?(?:the )?(?:other )?(?:available )?tools\b|\bcontents? of (?:the |any |your |user'?s? )?(?:\.env|~\/|\/etc\/|ssh|private key|credential)|\bname of the (?:llm|ai|language|calling)\s{0,3}(?:model|agent)\b/i

/** Parameters that ask for what no tool of this kind needs. Looks at the members of the schema's first level. */
export function parametersOf(definition: JsonObject): readonly ParameterHit[] {
  const schema = isObject(definition['inputSchema']) ? definition['inputSchema'] : {}
  const named = isObject(schema['properties']) ? Object.entries(schema['properties']) : []
  const listed = Array.isArray(definition['arguments']) ? definition['arguments'].entries() : []
  const own = typeof definition['name'] === 'string' ? snake(definition['name']) : ''
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : [])
  const hits = named.flatMap(([name, value]) => {
    const at = `/inputSchema/properties/${escapeStep(name)}`
    return judged({ own, name, value, required: required.has(name) }, at)
  })
  const others = [...listed].flatMap(([index, value]) => {
    if (!isObject(value) || typeof value['name'] !== 'string') return []
    const { name } = value
    return judged(
      { own, name, value, required: value['required'] === true },
      `/arguments/${index}/name`,
    )
  })
  return [...hits, ...others]
}

interface Parameter {
  /** The name of what it is a parameter of, as words between underscores. */
  readonly own: string
  readonly name: string
  readonly value: Json | undefined
  readonly required: boolean
}

function judged(parameter: Parameter, at: string): ParameterHit[] {
  const rule = ruleFor(parameter)
  return rule === undefined ? [] : [{ rule, at, name: parameter.name }]
}

/** What takes no free text takes nothing away. */
function takesText({ enum: words, type }: JsonObject): boolean {
  return !Array.isArray(words) && !/^(?:boolean|integer|number)$/.test(String(type))
}

function ruleFor({ own, name: written, value, required }: Parameter): RuleId | undefined {
  const schema = isObject(value) ? value : {}
  const name = snake(written)
  if (!takesText(schema)) return undefined
  if (CONTEXT.test(name)) return 'data/sink-parameter'
  // Whoever manages keys takes keys, and says so in its name.
  const isOwn = own.includes(name)
  if (!isOwn && (SECRETS.test(name) || FROM_FILE.test(name))) return 'data/sink-parameter'
  if (MODEL.test(name)) return required ? 'data/sink-parameter' : 'data/out-of-scope-parameter'
  const { description } = schema
  if (typeof description !== 'string' || !ASKS.test(description.slice(0, 4000))) return undefined
  return required ? 'data/sink-parameter' : 'data/out-of-scope-parameter'
}

/** A name as words between underscores. */
export function snake(name: string): string {
  return name
    .slice(0, 200)
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_')
    .replace(/[-.\s]+/g, '_')
    .toLowerCase()
}
