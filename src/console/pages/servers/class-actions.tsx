import { Pencil, Undo2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useChange } from '../../api/queries.ts'
import { useMay } from '../../app/me.tsx'
import { say } from '../../app/say.ts'
import { Button } from '../../design/button.tsx'
import { useConfirm } from '../../design/confirm.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { EditClasses } from './edit-classes.tsx'
import type { Tool } from './server-state.ts'

/** Buttons to state what a tool does, and to take that back. */
export function ClassActions({
  server,
  tool,
}: {
  readonly server: string
  readonly tool: Tool
}): ReactNode {
  const may = useMay('servers.write')
  const [open, setOpen] = useState(false)
  const { ask, dialog } = useConfirm()
  const unclassify = useChange('tools.unclassify', { touches: ['servers'] })
  if (!may) return null
  const takeBack = (): void =>
    ask({
      title: `Take back what was stated of ${tool.name}?`,
      verb: 'Take it back',
      words: 'What the configuration says counts again; where it says nothing, an inference does.',
      run: async () => {
        const { version, name } = tool
        await unclassify.mutateAsync({ server, tool: name, version })
        say('Taken back', `${name} counts as before anybody stated it here.`)
      },
    })
  return (
    <span className="actions">
      {tool.classed === 'console' && (
        <Button size="small" icon={Undo2} onClick={takeBack}>
          Take back
        </Button>
      )}
      <Button size="small" icon={Pencil} onClick={() => setOpen(true)}>
        {tool.classed === 'inferred' ? 'State what it does' : 'Change'}
      </Button>
      <Dialog
        open={open}
        wide
        title={`What does ${tool.name} do?`}
        description="Policies go by this from the next call on. It counts before the configuration, and before anything the server claims."
        onClose={() => setOpen(false)}
      >
        <EditClasses server={server} tool={tool} onDone={() => setOpen(false)} />
      </Dialog>
      {dialog}
    </span>
  )
}
