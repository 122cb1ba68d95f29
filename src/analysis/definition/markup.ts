import type { Hit } from './make-finding.ts'
import type { RuleId } from './rules.ts'

/**
 * Shapes that only speak to a model: tags and marks of roles and secrets, control tokens of chat templates,
 * text in comments and unseen elements, addresses with a place for data.
 */
const SHAPES: readonly (readonly [RuleId, RegExp])[] = [
  // Tags that no document format has, around what a model shall obey.
  [
    'prompt/role',
    /<\/?(?:important|critical|urgent|system|secret|hidden|private|instructions?|admin|assistant|developer|sys|override|directive|internal|mandatory|priority|s?inst|rules?|must|prompt)(?:[ _-][^<>]{0,60})?>/giu,
  ],
  ['prompt/role', /<\/[A-Z][A-Z_]{3,30}>/gu],
  ['prompt/role', /<\|[a-z_]{2,24}\|>|\[\/?INST\]|<<\/?SYS>>|<start_of_turn>/giu],
  ['prompt/role', /#{2,6}[ \t]{0,4}(?:new[ \t])?(?:system|instruction|assistant|developer)(?:[ \t](?:message|prompt|override))?[ \t]{0,3}(?::|###)/giu],
  [
    'prompt/role',
    /(?:^|[.!?\n][ \t]*)(?:system|assistant|developer|admin)(?:[ \t]+(?:message|note|instructions?|prompt|override|directive))?[ \t]*:(?!\/)/gimu,
  ],
  [
    'prompt/model-directed',
    /\b(?:note|instructions?|message|directive|reminder|hint)[ \t]+(?:to|for)[ \t]+(?:the[ \t]+)?(?:ai|llm|model|agent|assistant|language model)s?\b/giu,
  ],
  [
    'prompt/role',
    /(?:\[|\*\*)(?:(?:system|assistant|admin|agent|developer|internal)\s(?:note|message|instructions?|prompt|directive|override|command)|hidden|secret|instructions?\s(?:for|to)\s)[^\]*\n]{0,40}(?:\]|\*\*|:)|\{\{[ \t]*system\b[^{}\n]{0,60}\}\}/giu,
  ],
  ['prompt/role', /\b(?:hidden|secret) (?:directive|instruction|command|order)s?\b/giu],
  ['prompt/emphasis', /[[*]{1,2}(?:important|critical|urgent|mandatory|warning)\b[^\]*\n]{0,30}[\]*]{1,2}/giu],
  ['hidden/markup', /<!--[^<>]{0,40}\b(?:system|important|instruction|ignore|assistant|always|read|send|secret|hidden|model|agent)\b/giu],
  [
    'hidden/markup',
    /<[a-z]{1,12}[^<>]{0,200}(?:display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden|font-size\s{0,3}:\s{0,3}0|opacity\s{0,3}:\s{0,3}0[^.\d]|color\s{0,3}:\s{0,3}(?:white|transparent)|\shidden(?:[\s=>]))/giu,
  ],
  [
    'data/placeholder',
    /\]\((?:https?:)?\/\/(?:[^\s()?&/={}$%<>[\]]{1,80}[?&/=]){1,8}(?:\{|\$|%7b|<|\[)[a-z_ ]{2}/giu,
  ],
  ['data/placeholder', /<img[^<>]{0,100}src\s{0,3}=\s{0,3}["']?(?:https?:)?\/\/[^\s"'<>{$]{1,200}[{<$][a-z_ ]{2}/giu],
] // biome-ignore format: a table

/** Commands that run what comes from elsewhere, open a way in, or destroy. */
const COMMANDS: readonly RegExp[] = [
  /\b(?:curl|wget|iwr|nc)[ \t]{1,2}(?:-\w{1,3}[ \t]{1,2}){0,3}["']?(?:https?:\/\/)?\d{1,3}(?:\.\d{1,3}){3}/giu,
  /\/dev\/tcp\/|\bmkfifo[ \t]|\bnc(?:at)?[ \t]{1,4}(?:-\w{1,6}[ \t]{1,4}){0,4}-\w{0,4}e\b|\bbash[ \t]{1,4}-i\b|\/bin\/sh[ \t]{1,4}-i\b/giu,
  /\brm[ \t]{1,4}-(?:rf|fr|r)[ \t]{1,4}(?:\/|~|\$HOME|\*)/giu,
  /\bchmod[ \t]{1,4}(?:-R[ \t]{1,4})?(?:0?777|0?666|\+x)[ \t]{1,4}[~/]/giu,
  /\bpowershell(?:\.exe)?[^\n]{0,60}[ \t]-e(?:nc|ncodedcommand)?[ \t]/giu,
  /\bbase64[ \t]{1,4}(?:-d|--decode|-D)\b[^\n]{0,40}\|/giu,
  />>[ \t]{0,4}~\/\.(?:bashrc|zshrc|profile|ssh\/authorized_keys)/giu,
]

/** Where nobody serves a product from, and where stolen data goes. */
const ADDRESSES =
  /\bhttps?:\/\/(?:\d{1,3}(?:\.\d{1,3}){3}(?![.\d])|[a-z0-9.-]{0,80}(?:ngrok\.io|ngrok-free\.app|ngrok\.app|trycloudflare\.com|loca\.lt|serveo\.net|requestbin\.\w{2,8}|webhook\.site|pipedream\.net|burpcollaborator\.net|oastify\.com|interact\.sh|pastebin\.com|transfer\.sh|hookbin\.com|beeceptor\.com|\.onion)\b)[^\s"'<>)]{0,200}/giu
const OWN_ADDRESS =
  /^https?:\/\/(?:127\.|0\.0\.0\.0|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.)/

/** The shapes in a text as people see it. */
export function shapesIn(text: string): readonly Hit[] {
  const hits: Hit[] = []
  for (const [rule, pattern] of SHAPES) {
    for (const { 0: passage, index } of firstOf(text, pattern)) {
      hits.push({ rule, start: index, end: index + passage.length })
    }
  }
  return hits
}

/** What is piped into a shell, and what it comes from. */
const PIPED = /\|[ \t]{0,4}(?:sudo[ \t]{1,4})?(?:ba|z|da|k)?sh\b/giu
const FETCHES = /\b(?:curl|wget|fetch|iwr|invoke-webrequest)\b/iu
const MOST_BEFORE = 250

/** The commands in a text. */
export function commandsIn(text: string): readonly Hit[] {
  return [...pipedIn(text), ...simpleIn(text)]
}

function pipedIn(text: string): readonly Hit[] {
  return firstOf(text, PIPED, MOST_PIPES).flatMap(({ 0: pipe, index }) => {
    const before = text.slice(Math.max(0, index - MOST_BEFORE), index)
    const line = before.slice(before.lastIndexOf('\n') + 1)
    const at = line.search(FETCHES)
    return at < 0
      ? []
      : [{ rule: 'purpose/command', start: index - line.length + at, end: index + pipe.length }]
  })
}

function simpleIn(text: string): readonly Hit[] {
  return COMMANDS.flatMap((pattern) =>
    firstOf(text, pattern).map(({ 0: passage, index }) => ({
      rule: 'purpose/command',
      start: index,
      end: index + passage.length,
    })),
  )
}

/** Addresses from which nobody serves a product. */
export function addressesIn(text: string): readonly Hit[] {
  if (!text.includes('://')) return []
  return firstOf(text, ADDRESSES)
    .filter(({ 0: address }) => !OWN_ADDRESS.test(address))
    .map(({ 0: address, index }) => ({
      rule: 'data/address',
      start: index,
      end: index + address.length,
    }))
}

/** One text needs no more than a few findings of a kind. */
const MOST_OF_A_KIND = 5
const MOST_PIPES = 1000

function firstOf(text: string, pattern: RegExp, most = MOST_OF_A_KIND): readonly RegExpExecArray[] {
  return [...text.matchAll(pattern).take(most)]
}
