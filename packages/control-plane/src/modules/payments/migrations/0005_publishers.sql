-- Sweeps, refunds and payouts of one publisher are serialized on its row, so that what was read as payable
-- still is when it is taken (spending §8.23).
create table payments.publishers (organization_id uuid primary key);
