/**
 * What one render may take. A template engine runs to its end once it has begun, so every loop, call and value that can grow
 * counts against a budget, and what outgrows the budget of the serving thread is done again in a process that can be ended.
 * @module
 */

/** Where a render runs, and how much it may take there. */
export interface Budget {
  /** Loop turns, calls and the like. */
  readonly steps: number
  /** Characters and items that values may grow to, all added up. */
  readonly size: number
  /** Milliseconds, looked at every few hundred steps. */
  readonly timeMs: number
  /** On the serving thread, whatever exceeds the budget is not a fault but work for another process. */
  readonly onServingThread: boolean
}

/** A render on the thread that answers requests: short enough that nobody waits for it. */
export const servingBudget: Budget = {
  steps: 200_000,
  size: 8_000_000,
  timeMs: 25,
  onServingThread: true,
}

/** A render in a process of its own. Its owner ends the worker when even this does not hold it. */
export const workerBudget: Budget = {
  steps: 50_000_000,
  size: 64_000_000,
  timeMs: 5_000,
  onServingThread: false,
}

/** The longest configuration that is served, in characters. */
export const maxConfigLength = 16_000_000

/** Templates and macros may call each other this deep. */
export const maxCallDepth = 100

/** Thrown on the serving thread: this render belongs elsewhere. */
export class Elsewhere extends Error {
  override readonly name = 'Elsewhere'
}

/** Thrown where nothing else waits: the render takes more than any configuration needs. */
export class BudgetExceeded extends Error {
  override readonly name = 'BudgetExceeded'
}

/** Counts what one render takes. */
export class Meter {
  private steps = 0
  private size = 0
  private nextLook = 256
  private depth = 0
  private readonly budget: Budget
  private readonly deadline: number
  private readonly now: () => number

  constructor(budget: Budget, now: () => number) {
    this.budget = budget
    this.now = now
    this.deadline = now() + budget.timeMs
  }

  /** @throws {Elsewhere} or {BudgetExceeded} */
  step(cost = 1): void {
    this.steps += cost
    if (this.steps >= this.nextLook) this.look()
  }

  /** Counts characters or items that came into being. */
  grow(size: number): void {
    this.size += size
    if (this.size > this.budget.size) this.exceed('builds more than any configuration needs')
  }

  /** For what cannot be interrupted once begun, like a search with a regular expression. */
  leaveServingThread(): void {
    if (this.budget.onServingThread) throw new Elsewhere()
  }

  enter(): void {
    if (++this.depth > maxCallDepth) {
      throw new BudgetExceeded(
        `templates or macros call each other more than ${maxCallDepth} deep (one that includes itself?)`,
      )
    }
  }

  leave(): void {
    this.depth--
  }

  private look(): void {
    this.nextLook = this.steps + 256
    if (this.steps > this.budget.steps) this.exceed('does not come to an end')
    if (this.now() > this.deadline) this.exceed(`takes longer than ${this.budget.timeMs} ms`)
  }

  private exceed(what: string): never {
    if (this.budget.onServingThread) throw new Elsewhere()
    throw new BudgetExceeded(`the render ${what}`)
  }
}
