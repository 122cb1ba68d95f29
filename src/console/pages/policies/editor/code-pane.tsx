import {
  acceptCompletion,
  autocompletion,
  type CompletionContext,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  snippetCompletion,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { bracketMatching, indentUnit } from '@codemirror/language'
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint'
import { EditorState, type Extension, Prec } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  ViewPlugin,
} from '@codemirror/view'
import { type ReactNode, useEffect, useMemo, useRef } from 'react'
import { CodeEditor } from '../../../design/code-editor.tsx'
import { type Offer, offersAt, toolAround, type Words } from '../language/completions.ts'
import { languageOf } from '../language/editor-language.ts'
import { type Finding, replacementFor, spanOf } from './findings.ts'

interface CodePaneProps {
  readonly file: string
  readonly text: string
  /** Those of this file. */
  readonly findings: readonly Finding[]
  /** Where the cursor should be; a new object each time. */
  readonly place: { readonly line: number; readonly column: number } | undefined
  readonly onChange: (text: string) => void
  readonly onSave: () => void
  /** What can be written, of one tool or of all. */
  readonly wordsOf: (tool: string | undefined) => Promise<Words | undefined>
}

/** The editor of one file. Mount it anew for another file, so that each has an undo history of its own. */
export function CodePane(props: CodePaneProps): ReactNode {
  const { file, text, findings, place, onChange } = props
  const view = useRef<EditorView>(undefined)
  const latest = useRef(props)
  useEffect(() => {
    latest.current = props
  })
  const extensions = useMemo(
    () => [
      ...BASICS,
      languageOf(file),
      ViewPlugin.define((opened) => {
        view.current = opened
        return {}
      }),
      Prec.high(
        keymap.of([
          {
            key: 'Mod-s',
            preventDefault: true,
            run: () => {
              latest.current.onSave()
              return true
            },
          },
        ]),
      ),
      autocompletion({
        override: file.endsWith('.cedar') ? [(at) => complete(at, latest.current.wordsOf)] : [],
        icons: false,
      }),
    ],
    [file],
  )
  useEffect(() => {
    const opened = view.current
    if (opened !== undefined)
      opened.dispatch(
        setDiagnostics(
          opened.state,
          findings.map((one) => diagnosticOf(one, opened)),
        ),
      )
  }, [findings])
  useEffect(() => {
    const opened = view.current
    if (opened === undefined || place === undefined) return
    const { from } = spanOf(opened.state.doc.toString(), { ...place, endColumn: place.column })
    opened.dispatch({
      selection: { anchor: from },
      effects: EditorView.scrollIntoView(from, { y: 'center' }),
    })
    opened.focus()
  }, [place])
  return (
    <CodeEditor
      label={`${file}. Escape, then Tab leaves the editor`}
      value={text}
      extensions={extensions}
      onChange={onChange}
    />
  )
}

/** Without a character width of its own, so that a line is as long as it is. */
const BASICS: readonly Extension[] = [
  lineNumbers(),
  lintGutter(),
  highlightActiveLineGutter(),
  highlightActiveLine(),
  highlightSpecialChars(),
  history(),
  drawSelection(),
  bracketMatching(),
  closeBrackets(),
  indentUnit.of('  '),
  EditorState.tabSize.of(2),
  EditorView.lineWrapping,
  keymap.of([
    { key: 'Tab', run: acceptCompletion },
    ...closeBracketsKeymap,
    ...completionKeymap,
    ...lintKeymap,
    ...historyKeymap,
    ...defaultKeymap,
    indentWithTab,
  ]),
  EditorView.theme({
    '.cm-content': { padding: '0.5rem 0' },
    '.cm-lineNumbers .cm-gutterElement': { padding: '0 0.5rem 0 0.25rem' },
    '.cm-diagnostic': { padding: '0.3rem 0.6rem', fontFamily: 'var(--font)' },
    '.cm-diagnostic-error': { borderLeftColor: 'var(--bad)' },
    '.cm-diagnostic-warning': { borderLeftColor: 'var(--wait)' },
    '.cm-diagnostic-info': { borderLeftColor: 'var(--note)' },
    '.cm-diagnosticAction': {
      background: 'var(--action)',
      color: 'var(--on-action)',
      borderRadius: 'var(--radius-s)',
      cursor: 'pointer',
    },
    '.cm-lintRange-error': underline('--bad'),
    '.cm-lintRange-warning': underline('--wait'),
    '.cm-lintRange-info': underline('--note'),
    '.cm-gutter-lint': { width: '1rem' },
    '.cm-gutter-lint .cm-gutterElement': { padding: '0.3rem 0.1rem' },
    '.cm-lint-marker': { width: '0.6rem', height: '0.6rem', borderRadius: '50%' },
    '.cm-lint-marker-error': { content: 'none', background: 'var(--bad)' },
    '.cm-lint-marker-warning': { content: 'none', background: 'var(--wait)', borderRadius: '1px' },
    '.cm-lint-marker-info': { content: 'none', background: 'var(--note)' },
    '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
      background: 'color-mix(in srgb, var(--accent) 22%, transparent)',
    },
    '.cm-completionLabel': { fontFamily: 'var(--mono)' },
    '.cm-completionDetail': {
      fontFamily: 'var(--font)',
      fontStyle: 'normal',
      color: 'var(--quiet)',
      marginLeft: '0.75rem',
    },
    '.cm-completionMatchedText': { textDecoration: 'none', color: 'var(--accent)' },
    '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '0.2rem 0.6rem' },
    '.cm-specialChar': { color: 'var(--wait)', background: 'var(--wait-ground)' },
  }),
]

function underline(colour: string) {
  return {
    backgroundImage: 'none',
    textDecoration: `underline wavy var(${colour})`,
    textUnderlineOffset: '0.2em',
    textDecorationSkipInk: 'none',
  }
}

function diagnosticOf(finding: Finding, { state }: EditorView): Diagnostic {
  const text = state.doc.toString()
  const { severity, message, fix, rule } = finding
  const better = replacementFor(text, finding)
  return {
    ...spanOf(text, finding),
    ...(better === undefined ? {} : { from: better.from, to: better.to }),
    severity,
    message: [message, fix === undefined ? '' : `\n${fix}`].join(''),
    ...(rule === undefined ? {} : { source: rule }),
    actions:
      better === undefined
        ? []
        : [
            {
              name: `Write ${better.insert}`,
              apply: (opened) => {
                const now = replacementFor(opened.state.doc.toString(), finding)
                if (now !== undefined) opened.dispatch({ changes: now })
              },
            },
          ],
  }
}

async function complete(context: CompletionContext, wordsOf: CodePaneProps['wordsOf']) {
  const text = context.state.doc.toString()
  const words = await wordsOf(toolAround(text, context.pos))
  const found = words && offersAt(text, context.pos, words)
  if (found === undefined || found.offers.length === 0) return null
  // Nobody wants a list after every space.
  if (!context.explicit && found.from === context.pos && !/[."@(]$/.test(before(context)))
    return null
  return {
    from: found.from,
    options: found.offers.map(optionOf),
    validFor: /^[\w:@.-]*$/,
  }
}

function before({ state, pos }: CompletionContext): string {
  return state.sliceDoc(Math.max(0, pos - 1), pos)
}

function optionOf({ label, snippet, detail }: Offer) {
  const option = { label, ...(detail === undefined ? {} : { detail }) }
  return snippet === undefined ? option : snippetCompletion(snippet, option)
}
