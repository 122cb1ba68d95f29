/** One event of a stream (WHATWG HTML, server-sent events). */
export interface StreamEvent {
  readonly event: string
  readonly data: string
  readonly id: string | undefined
}

/**
 * Takes a stream of text apart into events. Fields that nobody uses are skipped; the last event counts
 * only when it was ended.
 */
export function createEventReader(): (text: string) => readonly StreamEvent[] {
  let rest = ''
  let name = ''
  let id: string | undefined
  let data: string[] = []

  const end = (): readonly StreamEvent[] => {
    const ended = data.length === 0 ? [] : [{ event: name || 'message', data: data.join('\n'), id }]
    name = ''
    data = []
    return ended
  }
  const take = (line: string): readonly StreamEvent[] => {
    if (line === '') return end()
    const [, field, value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? []
    if (field === 'event') name = value
    if (field === 'data') data.push(value)
    if (field === 'id') id = value
    return []
  }

  return (text) => {
    rest += text
    // A carriage return at the end may be the first half of a line break.
    const whole = rest.endsWith('\r') ? rest.slice(0, -1) : rest
    const lines = whole.split(/\r\n|\r|\n/)
    rest = (lines.pop() ?? '') + rest.slice(whole.length)
    return lines.flatMap(take)
  }
}
