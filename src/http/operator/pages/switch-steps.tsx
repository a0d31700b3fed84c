/**
 * How far a switch has come, step by step.
 * @module
 */
import type { SwitchDetail } from '../../../core/api-schemas.ts'
import type { ProvisioningState } from '../../../core/switch-state.ts'
import { Ago, StateMark } from './marks.tsx'

const bootstrapSteps: readonly ProvisioningState[] = [
  'seen',
  'bootstrap-served',
  'registered',
  'definition-served',
  'provisioning',
  'provisioned',
  'config-backed-up',
]

export function SwitchSteps({ detail, now }: { readonly detail: SwitchDetail; now: number }) {
  const { reached, state } = detail
  return (
    <ol class="steps" aria-label="Steps">
      {stepsOf(detail).map((step) => {
        const time = reached[step] ?? null
        const classes = [time === null ? 'open' : 'done', step === state ? 'here' : '']
        return (
          <li class={classes.join(' ').trim()} aria-current={step === state ? 'step' : undefined}>
            <StateMark state={step} />
            <span class="when">{time === null ? 'not yet' : <Ago time={time} now={now} />}</span>
          </li>
        )
      })}
    </ol>
  )
}

/** The way that a switch takes: one answer of `/dynconfig`, or a bootstrap with its definition. */
function stepsOf({ reached, state, inDataRoot }: SwitchDetail): readonly ProvisioningState[] {
  const isBootstrap = inDataRoot || bootstrapSteps.slice(1).some((step) => reached[step] != null)
  const steps: ProvisioningState[] = isBootstrap ? [...bootstrapSteps] : ['seen', 'config-served']
  // both at once: an inventory that serves some of its configuration through the bootstrap client
  if (isBootstrap && reached['config-served'] != null) steps.splice(1, 0, 'config-served')
  if (state === 'failed') steps.push('failed')
  return steps
}
