/** Somebody named in a field: one text for the record, “Name, role (email)”, and three boxes to fill it in. */

export interface Contact {
  name: string;
  role: string;
  email: string;
}

/** Takes a text apart; put together again it is the same text. */
export function contactFrom(text: string): Contact {
  const [, said = text.trim(), email = ""] = /^(.+) \(([^()\s]+@[^()\s]+)\)$/s.exec(text.trim()) ?? [];
  const comma = said.indexOf(", ");
  const role = comma > 0 ? said.slice(comma + 2) : "";
  return role.trim() ? { name: said.slice(0, comma), role, email } : { name: said, role: "", email };
}

export function contactText({ name, role, email }: Contact): string {
  const said = [name.trim(), role.trim()].filter(Boolean).join(", ");
  if (!email.trim()) return said;
  return said ? `${said} (${email.trim()})` : email.trim();
}
