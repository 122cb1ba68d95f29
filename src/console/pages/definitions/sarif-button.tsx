import { Download } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { call } from '../../api/call.ts'
import { useFilter } from '../../app/place.tsx'
import { saveFile } from '../../app/save-file.ts'
import { sayFailure } from '../../app/say.ts'
import { Button } from '../../design/button.tsx'

/** Takes findings away as SARIF, for code hosts and continuous integration: those that nobody accepted. */
export function SarifButton(): ReactNode {
  const [server] = useFilter('server')
  const [busy, setBusy] = useState(false)
  const take = async (): Promise<void> => {
    setBusy(true)
    try {
      const { sarif } = await call('findings.sarif', server === undefined ? {} : { server })
      const file = new Blob([JSON.stringify(sarif, undefined, 2)], {
        type: 'application/sarif+json',
      })
      saveFile(file, `findings${server === undefined ? '' : `-${server}`}.sarif`)
    } catch (error) {
      sayFailure('Nothing was downloaded', error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Button icon={Download} busy={busy} onClick={() => void take()}>
      Download SARIF
    </Button>
  )
}
