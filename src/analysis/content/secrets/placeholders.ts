import { shareOfRuns } from './look.ts'

/** Why a value stands for another and is none itself. */
export type PlaceholderReason =
  | 'reference'
  | 'template'
  | 'masked'
  | 'repeated'
  | 'sequential'
  | 'example'

/** Whole values that point to where the secret is. */
const REFERENCES = [
  /^\$\{?[A-Za-z_][\w.:-]{0,200}\}?$/,
  /^\$[({[]/,
  /^%[A-Za-z_]\w{0,100}%$/,
  /^!?(?:ref|secret|env|vault|file|ssm|kms|op|keychain|sops|doppler|akv|awssm|gcpsm|keyring|dotenv):/i,
  /^arn:/,
  /^@Microsoft\.KeyVault/,
  /^ENC\[/,
  /^(?:process\.env|os\.(?:environ|getenv)|env\.|ENV\[|System\.getenv|getenv|import\.meta|config\.|settings\.|self\.|this\.|cls\.|args\.|options\.|secrets\.|vars?\.|data\.|params?\.|req\.|request\.|ctx\.|local\.|module\.|props\.|input\.|output\.)/,
]

/** Parts that only stand in templates. */
const TEMPLATES =
  /\$\{|\{\{|<%|%\{|\$\(|#\{|\{[A-Za-z_][\w.: -]{0,60}\}|<[A-Za-z/][^<>]{0,80}>|^\[[A-Za-z_ -]{2,60}\]$|%[sdv]$|^%[sv@]/

const MASKED =
  /[*•●·#]{4}|\.{3}|…|x{6}|X{6}|_{6}|0{12}|redacted|masked|(?:^|[^A-Za-z])hidden(?:$|[^A-Za-z])/i

/** Words by which people say that they made a value up, or that one's own belongs here. */
const EXAMPLES =
  /example|sample|dummy|placeholder|change[-_ ]?(?:me|this|it)|replace|your[-_ ]?|(?:^|[-_ ])(?:my|some|any|the|insert|enter|put|fill|fake|mock|todo|tbd|foo|foobar|none|null|undefined)(?:$|[-_ ])|[-_]here$|here[-_]?$|not[-_ ]?(?:a[-_ ]?)?real|goes[-_]?here|lorem|invalid/i

/**
 * Whether a value stands for another: a reference, a template, a mask, something made up. Each by how it is
 * made, so that no list of known examples is needed.
 */
export function placeholderReason(value: string): PlaceholderReason | undefined {
  if (REFERENCES.some((form) => form.test(value))) return 'reference'
  if (TEMPLATES.test(value)) return 'template'
  if (MASKED.test(value)) return 'masked'
  if (isRepeated(value)) return 'repeated'
  if (shareOfRuns(value.replaceAll(/[^A-Za-z0-9]/g, '')) > 0.5) return 'sequential'
  if (EXAMPLES.test(value)) return 'example'
  return undefined
}

/** Fewer than five different characters in twelve or more, or one part again and again. */
function isRepeated(value: string): boolean {
  const plain = value.replaceAll(/[^A-Za-z0-9]/g, '')
  if (plain.length < 4) return value.length >= 4 && new Set(value).size < 3
  if (new Set(plain.toLowerCase()).size < (plain.length < 12 ? 3 : 5)) return true
  for (let part = 2; part <= 12 && part * 3 <= plain.length; part++)
    if (plain.slice(part) === plain.slice(0, -part)) return true
  return false
}
