use parlings::prelude::*;

pub struct Connection;

pub struct Server {
    _connection: Connection,
}

#[actor]
impl Server {
    pub fn new(connection: Connection) -> Self {
        Self { _connection: connection }
    }
}

fn main() {
    let _once = Server::remote(Connection);
    let _again = Server::options().max_restarts(2).remote(Connection);
}
