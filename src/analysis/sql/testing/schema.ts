/** Tables of the corpora, for databases of any dialect. */
export const SCHEMA = `
  create table customer (id int primary key, name text, ssn text);
  create table orders (id int primary key, name text, ssn text);
  create table secret (id int primary key, name text, ssn text);
  insert into customer values (1, 'a', 'b'), (2, 'c', 'd');
  insert into orders values (1, 'a', 'b'), (2, 'c', 'd');
  insert into secret values (1, 'a', 'b'), (2, 'c', 'd');`
