import { EditorState, type Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { type ReactNode, useEffect, useRef } from 'react'

/**
 * CodeMirror. It stands in a shadow root, where its styles are adopted sheets: in the page itself it would
 * write a `<style>`, which the content security policy refuses. Load it lazily: it is large.
 */
export function CodeEditor({
  label,
  value,
  extensions,
  readOnly = false,
  onChange,
}: {
  /** For screen readers. */
  readonly label: string
  readonly value: string
  /** Keep it the same list. */
  readonly extensions: readonly Extension[]
  readonly readOnly?: boolean
  readonly onChange?: (value: string) => void
}): ReactNode {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const latest = useRef(onChange)
  const first = useRef(value)
  useEffect(() => {
    latest.current = onChange
  })
  useEffect(() => {
    if (host.current === null) return
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' })
    const tell = EditorView.updateListener.of((update) => {
      if (!update.docChanged) return
      first.current = update.state.doc.toString()
      latest.current?.(first.current)
    })
    const opened = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          ...extensions,
          LOOK,
          tell,
          EditorState.readOnly.of(readOnly),
          EditorView.contentAttributes.of({ 'aria-label': label }),
        ],
      }),
    })
    view.current = opened
    return () => opened.destroy()
  }, [extensions, label, readOnly])
  useEffect(() => {
    const opened = view.current
    if (opened === undefined || opened.state.doc.toString() === value) return
    opened.dispatch({ changes: { from: 0, to: opened.state.doc.length, insert: value } })
  }, [value])
  return <div ref={host} className="code-editor" />
}

/** Variables of the page reach into the shadow root. */
const LOOK = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)', fontSize: 'var(--text)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { background: 'var(--sunken)', color: 'var(--quiet)', border: '0' },
  '.cm-activeLine, .cm-activeLineGutter': { background: 'var(--hover)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { background: 'color-mix(in srgb, var(--accent) 28%, transparent)' },
  '.cm-tooltip': {
    background: 'var(--raised)',
    border: '1px solid var(--line)',
    borderRadius: 'var(--radius)',
    boxShadow: 'var(--shadow)',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    background: 'var(--chosen)',
    color: 'var(--ink)',
  },
})
