/**
 * A process that allocates until it is killed or done: every answer is a line "ID VALUE given" on its standard output.
 * Arguments: data root, pool, prefix of the ids, how many, how many at once.
 */
import { createPools } from '../../dist/store/pool-store.js'

const [root, pool, prefix, count, clients] = process.argv.slice(2)
const pools = createPools({ root })
let next = 0
process.stdout.write('ready\n')
await Promise.all(
  Array.from({ length: Number(clients) }, async () => {
    while (next < Number(count)) {
      const id = `${prefix}-${next++}`
      const value = await pools.allocate(pool, { id, ids: [id] })
      process.stdout.write(`${id} ${value} given\n`)
    }
  }),
)
