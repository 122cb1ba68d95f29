import { Select as Base } from '@base-ui/react/select'
import { Check, ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'

/** One of the things to choose from. */
export interface Choice {
  readonly value: string
  readonly label: string
}

/** Chooses one of a few. */
export function Select({
  label,
  value,
  choices,
  look = 'field',
  onChange,
}: {
  /** For screen readers; stands in the control, too, when it is a filter. */
  readonly label: string
  readonly value: string
  readonly choices: readonly Choice[]
  readonly look?: 'field' | 'filter'
  readonly onChange: (value: string) => void
}): ReactNode {
  return (
    <Base.Root
      items={choices}
      value={value}
      modal={false}
      onValueChange={(next) => {
        if (next !== null) onChange(next)
      }}
    >
      <Base.Trigger className="select" data-look={look} aria-label={label}>
        <span className="cut">
          {look === 'filter' && <span className="quiet">{label}: </span>}
          <Base.Value />
        </span>
        <ChevronDown aria-hidden />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner className="over" sideOffset={4} alignItemWithTrigger={false}>
          <Base.Popup className="menu">
            <Base.List>
              {choices.map((choice) => (
                <Base.Item key={choice.value} value={choice.value} className="menu-item">
                  <Base.ItemText>{choice.label}</Base.ItemText>
                  <Base.ItemIndicator className="menu-tick">
                    <Check aria-hidden />
                  </Base.ItemIndicator>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
