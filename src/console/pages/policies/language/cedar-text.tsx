import { type ReactNode, useMemo } from 'react'
import { VisibleText } from '../../../design/visible-text.tsx'
import { cedarTokens } from './cedar-tokens.ts'

/** Policies as they are written, in colours; what nobody sees is spelled out. */
export function CedarText({ text }: { readonly text: string }): ReactNode {
  const tokens = useMemo(() => placed(text), [text])
  return tokens.map(({ at, kind, text: part }) =>
    kind === 'plain' || kind === 'sign' ? (
      <VisibleText key={at} text={part} />
    ) : (
      <span key={at} className="policies-token" data-kind={kind}>
        <VisibleText text={part} />
      </span>
    ),
  )
}

function placed(text: string) {
  let at = 0
  return cedarTokens(text).map((token) => {
    const start = at
    at += token.text.length
    return { ...token, at: start }
  })
}
