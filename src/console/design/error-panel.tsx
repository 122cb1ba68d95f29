import { RotateCw, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { ApiError } from '../api/api-error.ts'
import { Button } from './button.tsx'
import { CopyButton } from './copy-button.tsx'

const TITLES: Readonly<Record<string, string>> = {
  unreachable: 'The gateway cannot be reached',
  operation_unknown: 'This gateway does not offer that',
  role_insufficient: 'Your roles do not allow this',
  item_unknown: 'There is no such thing',
  item_exists: 'There is one of that name already',
  credential_unavailable: 'A credential cannot be read',
  authorization_server_refused: 'The authorization server cannot be used',
  version_conflict: 'Somebody else changed this meanwhile',
  audit_unavailable: 'Nothing is done while nothing can be recorded',
  store_unavailable: 'The database does not answer',
}

/** Why something could not be shown or done: the cause in the gateway's words, and the id for its log. */
export function ErrorPanel({
  error,
  title,
  onRetry,
}: {
  readonly error: Error
  /** What was tried. */
  readonly title?: string
  readonly onRetry?: () => void
}): ReactNode {
  const api = error instanceof ApiError ? error : undefined
  return (
    <div className="error-panel" role="alert">
      <TriangleAlert aria-hidden />
      <div className="error-words">
        <p className="error-title">{title ?? TITLES[api?.code ?? ''] ?? 'This did not work'}</p>
        <p>{error.message}</p>
        {api !== undefined && api.faults.length > 0 && (
          <ul className="error-faults">
            {api.faults.map(({ member, message }) => (
              <li key={`${member} ${message}`}>
                <code>{member}</code> {message}
              </li>
            ))}
          </ul>
        )}
        {api !== undefined && (
          <p className="error-facts">
            <code>{api.code}</code>
            {api.requestId !== undefined && (
              <>
                <span>
                  Request <code>{api.requestId}</code>
                </span>
                <CopyButton text={api.requestId} what="request id" />
              </>
            )}
          </p>
        )}
      </div>
      {onRetry !== undefined && (
        <Button icon={RotateCw} onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  )
}
