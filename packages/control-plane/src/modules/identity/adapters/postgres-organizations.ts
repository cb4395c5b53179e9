import { fromUuid, toRfc3339, toUuid, type Instant } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { Member, Organization } from '../organization.ts'
import type { OrganizationStore } from '../ports.ts'

type OrganizationRow = {
  id: string
  name: string
  status: Organization['status']
  created_at: Instant
}
type MemberRow = {
  id: string
  organization_id: string
  email: string
  name: string
  role: Member['role']
  operator: boolean
  created_at: Instant
}

const MEMBER =
  'select id, organization_id, email, name, role, operator, created_at from identity.members'

/** Organizations and members in PostgreSQL; a member is a user of better-auth by the same id. */
export const postgresOrganizations: OrganizationStore = {
  async insertOrganization(tx, { id, name, status, createdAt }) {
    await pgOf(tx).query({
      text: 'insert into identity.organizations (id, name, status, created_at) values ($1, $2, $3, $4)',
      values: [toUuid(id), name, status, toRfc3339(createdAt)],
    })
  },
  async organization(tx, id) {
    const { rows } = await pgOf(tx).query<OrganizationRow>({
      name: 'identity-organization',
      text: 'select id, name, status, created_at from identity.organizations where id = $1',
      values: [toUuid(id)],
    })
    return rows.map(organizationOf)[0]
  },
  async organizations(tx, { before, limit }) {
    const { rows } = await pgOf(tx).query<OrganizationRow>({
      text: `select id, name, status, created_at from identity.organizations
             where $1::uuid is null or id < $1 order by id desc limit $2`,
      values: [before === undefined ? null : toUuid(before), limit],
    })
    return rows.map(organizationOf)
  },
  async insertMember(tx, member) {
    const { rowCount } = await pgOf(tx).query({
      text: `insert into identity.members (id, organization_id, email, name, role, operator, created_at)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict (email) do nothing`,
      values: [
        toUuid(member.id),
        toUuid(member.organizationId),
        member.email,
        member.name,
        member.role,
        member.operator,
        toRfc3339(member.createdAt),
      ],
    })
    if (rowCount !== 1) return false
    await pgOf(tx).query({
      // Verified: only whoever got the one-time link, made for this address, can set a password.
      text: `insert into auth."user" ("id", "name", "email", "emailVerified", "createdAt", "updatedAt")
             values ($1, $2, $3, true, $4, $4)`,
      values: [toUuid(member.id), member.name, member.email, toRfc3339(member.createdAt)],
    })
    return true
  },
  async member(tx, id) {
    const { rows } = await pgOf(tx).query<MemberRow>({
      name: 'identity-member',
      text: `${MEMBER} where id = $1`,
      values: [toUuid(id)],
    })
    return rows.map(memberOf)[0]
  },
  async memberByEmail(tx, email) {
    const { rows } = await pgOf(tx).query<MemberRow>({
      text: `${MEMBER} where email = $1`,
      values: [email],
    })
    return rows.map(memberOf)[0]
  },
  async firstOperator(tx) {
    const { rows } = await pgOf(tx).query<MemberRow>({
      text: `${MEMBER} where operator order by id limit 1`,
    })
    return rows.map(memberOf)[0]
  },
}

function organizationOf(row: OrganizationRow): Organization {
  return {
    id: fromUuid('org', row.id),
    name: row.name,
    status: row.status,
    createdAt: row.created_at,
  }
}

function memberOf(row: MemberRow): Member {
  return {
    id: fromUuid('mbr', row.id),
    organizationId: fromUuid('org', row.organization_id),
    email: row.email,
    name: row.name,
    role: row.role,
    operator: row.operator,
    createdAt: row.created_at,
  }
}
