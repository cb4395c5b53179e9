import fc from 'fast-check'

const NAMES = ['a', 'b', 'kind', '__proto__', 'x y']
const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null', 'nonsense']
const LITERAL = fc.oneof(
  fc.constantFrom('a', 'b', '', 'x'),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
)

/** Schemas as servers write them, and some that nobody should: every keyword, references in circles, noise. */
export const anySchema: fc.Arbitrary<unknown> = fc.letrec<{ schema: unknown }>((tie) => {
  const schema = tie('schema')
  const schemas = fc.array(schema, { maxLength: 3 })
  const byName = fc.dictionary(fc.constantFrom(...NAMES), schema, { maxKeys: 3 })
  const noise = fc.jsonValue({ maxDepth: 1 })
  const or = (right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.oneof({ arbitrary: right, weight: 9 }, { arbitrary: noise, weight: 1 })
  return {
    schema: fc.oneof(
      { maxDepth: 3 },
      fc.boolean(),
      noise,
      fc.record(
        {
          type: or(fc.oneof(fc.constantFrom(...TYPES), fc.subarray(TYPES))),
          title: or(fc.string()),
          default: noise,
          enum: or(fc.array(LITERAL, { maxLength: 3 })),
          const: LITERAL,
          properties: or(byName),
          patternProperties: or(
            fc.dictionary(fc.constantFrom('^a', '(a+)+$', '['), schema, { maxKeys: 2 }),
          ),
          additionalProperties: or(schema),
          required: or(fc.subarray(NAMES)),
          dependentRequired: or(
            fc.dictionary(fc.constantFrom(...NAMES), fc.subarray(NAMES), { maxKeys: 2 }),
          ),
          dependentSchemas: or(byName),
          propertyNames: or(schema),
          items: or(fc.oneof(schema, schemas)),
          prefixItems: or(schemas),
          contains: or(schema),
          minItems: or(fc.nat(3)),
          maxItems: or(fc.nat(3)),
          uniqueItems: or(fc.boolean()),
          minLength: or(fc.nat(5)),
          pattern: or(fc.constantFrom('^a+$', '(a+)+$', '(?=x)', '[')),
          format: or(fc.constantFrom('date', 'date-time', 'email', 'uri', 'uuid', 'binary', 'odd')),
          minimum: or(fc.integer()),
          multipleOf: or(fc.constantFrom(0, 0.1, 3)),
          allOf: or(schemas),
          anyOf: or(schemas),
          oneOf: or(schemas),
          not: or(schema),
          if: or(schema),
          // oxlint-disable-next-line unicorn/no-thenable -- a JSON Schema keyword
          then: or(schema),
          else: or(schema),
          $ref: or(
            fc.constantFrom('#', '#/$defs/a', '#/properties/a', 'https://x.example', '#/%', '#a'),
          ),
          $defs: or(byName),
          nullable: or(fc.boolean()),
          discriminator: or(fc.constant({ propertyName: 'kind' })),
          unevaluatedProperties: or(fc.boolean()),
          'x-mcp-header': or(fc.string()),
        },
        { requiredKeys: [] },
      ),
    ),
  }
}).schema
