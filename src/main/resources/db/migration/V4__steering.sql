-- Where a job went on from by somebody's wish, after its end or as a fork: SHA-256 of the checkpoint's manifest, and what of it is left.
alter table job add column goes_on_from varchar(64);
alter table job add column anew varchar(64);

-- From where a command came, and what it changed.
alter table command add column requested_from varchar(64);
alter table command add column before_value varchar(1048576);
alter table command add column after_value varchar(1048576);

-- Whether a command says nothing to attempts to come: it ended the job, and the job was told to go on.
alter table command add column over_with boolean default false not null;
