-- Pages are read in this order, of one organization or of the platform as a whole.
create index entries_page on audit.entries (organization_id, at desc, id desc);
drop index audit.entries_organization;
