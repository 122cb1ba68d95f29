import type { CueName } from './cues.ts'

/** Markup that speaks to the machinery around a model, or that no reader sees. */
interface Markup {
  readonly cue: CueName
  /** Without one of these in the text there is none. */
  readonly signs: readonly string[]
  readonly pattern: RegExp
}

const MARKUP: readonly Markup[] = [
  {
    cue: 'template',
    signs: ['<|', '[INST', '[/INST', '<<SYS', '<</SYS', '<start_of_turn', '<end_of_turn', '<｜'],
    pattern: /<[|｜][\w▁|-]{2,40}[|｜]>|\[\/?INST\]|<<\/?SYS>>|<(?:start|end)_of_turn>/g,
  },
  {
    cue: 'role-tag',
    signs: ['<', '['],
    pattern:
      /[<[]\/?(?:system|assistant|admin|developer|information|important|instructions?|prompt|user_(?:query|request|message)|system[-_ ]?(?:message|prompt|note|reminder|override|instructions?|update|alert|notice)|(?:new|user|priority|hidden|secret|special|updated|additional)[-_ ](?:instructions?|task|prompt|system)|context|ai[-_ ]?(?:instructions?|directive|note|agent)?|directive|override|task|policy|tool_results?|function_results?|untrusted|data)[>\]]/gi,
  },
  {
    cue: 'role-label',
    signs: [
      'ystem',
      'YSTEM',
      'ssistant',
      'SSISTANT',
      'Human',
      'HUMAN',
      'User:',
      'USER:',
      '## ',
      '###',
    ],
    pattern:
      /(?:^|\n)[ \t#*>(["'-]{0,8}(?:system|assistant|human|user)(?:[ _-](?:message|prompt|instructions?|override|notice|note|update|command|alert))?[)\]*"']{0,4} ?:|#{2,4} ?[([]?(?:system|assistant)(?:[ _-](?:message|prompt|instructions?))?[)\]]?|#{2,4} ?(?:instruction|response|input) ?:/gi,
  },
  {
    cue: 'role-json',
    signs: ['role'],
    pattern: /["']?role["']? ?[:=] ?["'](?:system|assistant|developer|tool)["']/gi,
  },
  {
    cue: 'tool-markup',
    signs: ['tool_c', 'function_call', 'invoke', 'tool_use', 'TOOL_CALL', 'antml'],
    pattern:
      /<\/?(?:tool_calls?|function_calls?|invoke|tool_use|antml:[a-z])\b|["'](?:tool_calls?|function_call|tool_use)["'] ?:|\[TOOL_CALLS?\]/g,
  },
  {
    cue: 'boundary',
    signs: ['---', '===', '***', '###', '<<<', '>>>', '[END', '[/', '"""', '```'],
    pattern:
      /(?:[-=*#<>_~]{3}|\[) ?\/?(?:end|begin|start|stop|new|close)[ _](?:[a-z]{2,14}[ _]){0,3}(?:instructions?|prompt|context|results?|output|data|document|content|task|conversation|input|messages?|response|session|query|rules|documents|text|email)\b/gi,
  },
  {
    cue: 'data-link',
    signs: ['](', 'src='],
    pattern: /(?:\]\(|src=["'])https?:\/\/[^\s()"'{[<$%]{3,200}(?<=[?&/=])[{[<$%]{1,3}[A-Za-z_ ]/g,
  },
  {
    cue: 'active-html',
    signs: ['onerror', 'onload', 'javascript:'],
    pattern: /<(?:img|svg|a|body|iframe)\b[^<>\n]{0,120}?(?:\bon(?:error|load) ?=|javascript:)/gi,
  },
  {
    cue: 'unseen-html',
    signs: ['display:', 'visibility:', 'font-size', 'opacity', 'color:', 'hidden', 'position:'],
    pattern:
      /style ?= ?["'][^"'\n]{0,120}(?:display ?: ?none|visibility ?: ?hidden|font-size ?: ?[01](?:px|pt|em|%)?[;"']|opacity ?: ?0(?:\.0\d?)?[;"']|color ?: ?(?:white|#fff(?:fff)?|transparent)|(?:left|top|text-indent) ?: ?-\d{3,5}px)[^>\n]{0,120}>|<[a-z]{1,10} hidden[ >]/gi,
  },
  { cue: 'comment', signs: ['<!--', '[//]: #', '/*', '{#'], pattern: /<!--|\[\/\/\]: # ?\(|\{#/g },
]

/** A mark in a text. */
export interface Mark {
  readonly cue: CueName
  readonly start: number
  readonly end: number
}

const MOST_MARKS = 2000

/**
 * All marks of a text in order. Linear: what the patterns repeat is bounded. `onBound` is called where there are
 * more than 2,000 of a kind.
 */
export function marks(text: string, onBound?: () => void): readonly Mark[] {
  const found: Mark[] = []
  for (const { cue, signs, pattern } of MARKUP) {
    if (!signs.some((sign) => text.includes(sign))) continue
    let count = 0
    for (const match of text.matchAll(pattern)) {
      if (++count > MOST_MARKS) {
        onBound?.()
        break
      }
      found.push({ cue, start: match.index, end: match.index + match[0].length })
    }
  }
  return found.sort((one, other) => one.start - other.start)
}
