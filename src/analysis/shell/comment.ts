import { forEachChild, type ParsedScript, type SyntaxNode } from 'unbash'

/** Nodes in which `#` is a character like any other. */
const WORDS: ReadonlySet<SyntaxNode['type']> = new Set([
  'ArithmeticCommand',
  'Assignment',
  'HereDocBody',
  'HereDocDelimiter',
  'Word',
] as const)

/**
 * Whether a script has a comment, at any level. The syntax tree keeps none: a comment is a `#` that
 * begins a word, and is in none. To be asked after the nesting of the script was bounded.
 */
export function hasComment(script: ParsedScript, text: string): boolean {
  if (!/(?:^|[\s;&|()`])#/.test(text)) return false
  const inWord = new Uint8Array(text.length)
  const waiting: SyntaxNode[] = [script]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    // A text of its own, behind backquotes: its positions are not in this one.
    if (node.type === 'Script' && node.source !== undefined && node.source !== text) continue
    if (WORDS.has(node.type)) inWord.fill(1, node.pos, node.end)
    else if (node.type === 'Script') inWord.fill(0, node.pos, node.end)
    forEachChild(node, (child) => waiting.push(child))
  }
  return [...text.matchAll(/(?<=^|[\s;&|()`])#/g)].some(({ index }) => inWord[index] === 0)
}
