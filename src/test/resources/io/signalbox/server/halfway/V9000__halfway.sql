-- The second statement fails when H2 has committed the first.
create table halfway (id integer);

insert into nowhere (id) values (1);
