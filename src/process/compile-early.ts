/**
 * When the engine compiles what runs often.
 * @module
 */
import { setFlagsFromString } from 'node:v8'

/** In bytes of bytecode that a function has run through; V8's own measure is 132 kB. */
const budget = 20_000

/**
 * Has functions compiled after a seventh of the time that they would else be interpreted for. A power-on storm meets a server that has just
 * been started as often as not, and is over after a second or two.
 */
export function compileEarly(): void {
  setFlagsFromString(`--interrupt-budget=${budget}`)
}
