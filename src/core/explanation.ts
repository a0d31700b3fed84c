/**
 * Why a switch gets what it gets: the shape of `ztpush explain --json`. What is not known is null.
 * @module
 */
import { z } from 'zod'
import { eventSchema, neighborSchema, problemSchema } from './api-schemas.ts'
import { patternResultSchema } from './match-explanation.ts'
import { placeSchema } from './place.ts'

const text = z.string().nullable()
const anyValue = z
  .unknown()
  .describe('any JSON value; secrets are masked unless they are asked for')
const path = z.array(z.string()).describe('the keys that lead to it, the outermost first')

const identitySchema = z
  .object({
    hostname: text,
    systemMac: text.describe('lower case, with colons'),
    serialNumber: text,
    model: text,
    eosVersion: text.describe('as the switch last reported it'),
    ids: z.array(z.string()).describe('every id that is known of it'),
  })
  .meta({ id: 'SwitchIdentity' })

const entrySchema = z
  .object({
    id: z.string().describe('the key of the entry, as it is written'),
    at: placeSchema,
    groups: z.array(z.string()),
    problem: problemSchema.nullable().describe('a mistake of the entry itself: it is not served'),
  })
  .meta({ id: 'InventoryEntry' })

const nodeSchema = z
  .object({
    id: z.string().describe('the name of its folder'),
    state: z
      .enum(['known', 'unfinished', 'absent'])
      .describe(
        'known: its folder has a definition or a startup-config; unfinished: it has neither',
      ),
    startupConfig: z.boolean(),
    report: z
      .enum(['node', 'given'])
      .nullable()
      .describe('where the report is from: nodes/ID/.node, or the question'),
    neighbors: z.array(neighborSchema),
    problem: problemSchema.nullable().describe('why the report cannot be used'),
  })
  .meta({ id: 'NodeFolder' })

const allocationSchema = z
  .object({
    pool: z.string(),
    value: text.describe('what it holds, or would be given now; nothing is allocated'),
    problem: problemSchema.nullable(),
  })
  .meta({ id: 'PoolPreview' })

const variableSchema = z
  .object({
    path,
    value: anyValue,
    layer: z.string().describe('`defaults`, `groups.NAME` or `switch`'),
    at: placeSchema,
    overrides: z
      .array(z.object({ value: anyValue, layer: z.string(), at: placeSchema }))
      .describe('what farther layers state, the nearest first'),
    allocations: z.array(allocationSchema).describe("values of the form allocate('POOL')"),
  })
  .describe('dictionaries are told by their members, everything else as a whole')
  .meta({ id: 'ExplainedVariable' })

const templateSchema = z
  .object({
    name: text,
    by: z.enum(['variable', 'model', 'default']).nullable(),
    at: placeSchema.nullable().describe('of the variable that names it'),
    file: text,
    renders: z.boolean(),
    bytes: z.number().int().nullable().describe('of the configuration'),
    problem: problemSchema.nullable(),
  })
  .meta({ id: 'ExplainedTemplate' })

const neighbordbSchema = z
  .object({
    file: z.string(),
    counts: z.boolean().describe('false: the node has a folder, which is asked instead'),
    usable: z.boolean(),
    problems: z.array(problemSchema),
    total: z.number().int().describe('patterns in the file'),
    taken: z.number().int().nullable().describe('the number of the first that matches'),
    patterns: z.array(patternResultSchema).describe('in file order; of very many the nearest'),
    withRules: z.number().int().describe('for so many of them the rules are told: the nearest'),
    withHints: z.number().int().describe('for so many a change was looked for: the nearest'),
  })
  .meta({ id: 'ExplainedNeighbordb' })

export const topologySchema = z
  .object({
    validation: z.boolean().describe('a node is checked against its own pattern'),
    own: patternResultSchema.nullable().describe('nodes/ID/pattern'),
    ownProblem: problemSchema.nullable(),
    neighbordb: neighbordbSchema.nullable().describe('null: there is no such file'),
  })
  .meta({ id: 'ExplainedTopology' })

const scope = z.enum(['action', 'definition', 'node', 'inventory'])

const attributeSchema = z
  .object({
    path,
    value: anyValue,
    isExact: z
      .boolean()
      .describe('false: an executable plugin decides, which was not run; the value is its call'),
    scope: scope.describe('of the action itself, of the definition, or of nodes/ID/attributes'),
    at: placeSchema.nullable(),
    written: anyValue.describe('as it stands there'),
    overrides: z.array(z.object({ value: anyValue, scope, at: placeSchema.nullable() })),
    reference: z
      .object({
        name: z.string(),
        scope: scope.nullable().describe('null: nobody sets it'),
        at: placeSchema.nullable(),
      })
      .nullable()
      .describe('of a value that was written as $NAME'),
    calls: z.array(
      z.object({
        plugin: z.string(),
        argument: z.string(),
        value: text,
        problem: problemSchema.nullable(),
      }),
    ),
  })
  .meta({ id: 'ExplainedAttribute' })

const actionSchema = z
  .object({
    name: text,
    action: text,
    always: z.boolean().describe('it is done for a node with a startup-config too'),
    origin: z.enum(['definition', 'startup-config']),
    at: placeSchema.nullable(),
    attributes: z.array(attributeSchema),
  })
  .meta({ id: 'ExplainedAction' })

const definitionSchema = z
  .object({
    from: z
      .enum(['node', 'pattern', 'startup-config'])
      .describe('nodes/ID/definition, the pattern that is taken, or a startup-config alone'),
    file: text,
    name: text,
    actions: z.array(actionSchema).describe('in the order in which they are done'),
    problem: problemSchema.nullable().describe('why the switch is refused'),
  })
  .meta({ id: 'ExplainedDefinition' })

/** All that is told of one switch. */
export const explanationSchema = z
  .object({
    name: z.string().describe('how messages call it'),
    identity: identitySchema,
    entry: entrySchema.nullable().describe('in the inventory'),
    node: nodeSchema.nullable().describe('in the data root'),
    variables: z.array(variableSchema),
    template: templateSchema.nullable(),
    topology: topologySchema.nullable().describe('null: there is no data root'),
    definition: definitionSchema.nullable(),
    events: z.array(eventSchema).nullable().describe('the latest first; null: there is no journal'),
    secrets: z.enum(['masked', 'shown']),
  })
  .meta({ id: 'Explanation' })

export type Explanation = z.infer<typeof explanationSchema>
export type ExplainedVariable = z.infer<typeof variableSchema>
export type ExplainedTemplate = z.infer<typeof templateSchema>
export type ExplainedTopology = z.infer<typeof topologySchema>
export type ExplainedNeighbordb = z.infer<typeof neighbordbSchema>
export type ExplainedDefinition = z.infer<typeof definitionSchema>
export type ExplainedAction = z.infer<typeof actionSchema>
export type ExplainedAttribute = z.infer<typeof attributeSchema>
export type PoolPreview = z.infer<typeof allocationSchema>
