import { useLingui } from '@lingui/react/macro'
import { LogOut, Monitor, Moon, Rows3, Rows4, Sun } from 'lucide-react'
import type { ComponentProps } from 'react'
import { MenuList, type MenuItem } from '../kit/menu-list.tsx'
import { LOCALES, setLocale, type Locale } from '../i18n/locale.ts'
import { useStore } from '../session/store.ts'
import { density, theme } from '../session/theme.ts'
import { useLeave } from './leave.ts'

/** Theme, density, language, and the way out. */
export default function MemberMenuList(
  props: Omit<ComponentProps<typeof MenuList>, 'label' | 'items'>,
) {
  const { t } = useLingui()
  const items = [...useThemeItems(), ...useDensityItems(), ...useLocaleItems(), useSignOutItem()]
  return <MenuList {...props} label={t`Display and account`} items={items} />
}

function useThemeItems(): MenuItem[] {
  const { t } = useLingui()
  const chosen = useStore(theme)
  const items = [
    { value: 'system', label: t`Theme of the device`, icon: Monitor },
    { value: 'light', label: t`Light theme`, icon: Sun },
    { value: 'dark', label: t`Dark theme`, icon: Moon },
  ] as const
  return items.map(({ value, label, icon }) => ({
    label,
    icon,
    checked: value === chosen,
    onSelect: () => theme.set(value),
  }))
}

function useDensityItems(): MenuItem[] {
  const { t } = useLingui()
  const chosen = useStore(density)
  const items = [
    { value: 'comfortable', label: t`Comfortable rows`, icon: Rows3 },
    { value: 'compact', label: t`Compact rows`, icon: Rows4 },
  ] as const
  return items.map(({ value, label, icon }, index) => ({
    label,
    icon,
    checked: value === chosen,
    parted: index === 0,
    onSelect: () => density.set(value),
  }))
}

function useLocaleItems(): MenuItem[] {
  const { i18n } = useLingui()
  const names = Object.keys(LOCALES) as Locale[]
  return names.map((locale, index) => ({
    label: LOCALES[locale],
    checked: i18n.locale === locale,
    parted: index === 0,
    onSelect: () => void setLocale(locale),
  }))
}

function useSignOutItem(): MenuItem {
  const { t } = useLingui()
  const leave = useLeave()
  return { label: t`Sign out`, icon: LogOut, parted: true, onSelect: () => void leave() }
}
