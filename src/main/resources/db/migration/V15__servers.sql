-- Which of several servers leads: a term for each that ever did; one row, written by whoever holds the lock.
create table leader (
    id integer primary key,
    term bigint not null
);
