-- Why the gateways keep a tool out of merged lists; null when they show it.
alter table hub.tools add column quarantined text;
