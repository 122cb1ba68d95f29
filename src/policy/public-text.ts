const LONGEST = 120

/**
 * A name for a message, in backticks. Names come from servers and callers: nothing in them may
 * break a line, end the quote or flood a screen.
 */
export function quoted(text: string): string {
  const plain = text.replace(/[\p{C}\p{Zl}\p{Zp}`]/gu, '\u{fffd}')
  return `\`${plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain}\``
}
