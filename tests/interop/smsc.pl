#!/usr/bin/perl
# An SMPP 3.4 gateway made with Net::SMPP, which knows nothing of our code. It listens on a free port of 127.0.0.1,
# tells what it gets as one JSON object a line on standard output (octets in hexadecimal), and obeys lines of JSON on
# standard input: {"do":"enquire"}, {"do":"unbind"}, {"do":"drop"}. It ends with its standard input.
#
# Usage: smsc.pl '{"system_id":"..","password":"..","receipts":"text|tlv|none"}'
use strict;
use warnings;
use IO::Select;
use JSON::PP;
use Net::SMPP;

my $json = JSON::PP->new->canonical;
my %options = (receipts => 'none', %{ $json->decode($ARGV[0] // '{}') });
my %command = reverse %{ {
    bind_receiver => 0x01, bind_transmitter => 0x02, submit_sm => 0x04, deliver_sm_resp => 0x80000005,
    unbind => 0x06, unbind_resp => 0x80000006, bind_transceiver => 0x09, enquire_link => 0x15,
    enquire_link_resp => 0x80000015, data_sm_resp => 0x80000103, generic_nack => 0x80000000,
} };
my %bound;     # connection => transmitter, receiver or transceiver
my $last_id = 0xa0;

$| = 1;
my $server = Net::SMPP->new_listen('127.0.0.1', port => 0, smpp_version => 0x34) or die "cannot listen: $!";
my $select = IO::Select->new($server, \*STDIN);
tell_event('listening', port => $server->sockport);

while (my @ready = $select->can_read) {
    for my $handle (@ready) {
        if    ($handle == $server)  { take_connection() }
        elsif ($handle == \*STDIN)  { obey() }
        elsif ($select->exists($handle)) { take_pdu($handle) }
    }
}

sub tell_event {
    my ($event, %details) = @_;
    print $json->encode({ event => $event, %details }), "\n";
}

sub take_connection {
    my $connection = $server->accept or return;
    $select->add($connection);
}

sub leave {
    my ($connection) = @_;
    $select->remove($connection);
    delete $bound{$connection};
    close $connection;
    tell_event('closed');
}

sub take_pdu {
    my ($connection) = @_;
    my $pdu = do { local $SIG{__WARN__} = sub { }; $connection->read_pdu };
    return leave($connection) unless $pdu;
    my $name = $command{ $pdu->{cmd} } // sprintf '0x%08x', $pdu->{cmd};
    if    ($name =~ /^bind_(\w+)$/)   { bind_as($connection, $pdu, $1) }
    elsif ($name eq 'submit_sm')      { submitted($connection, $pdu) }
    elsif ($name eq 'enquire_link')   { $connection->enquire_link_resp(seq => $pdu->{seq}); tell_event($name) }
    elsif ($name eq 'unbind') {
        $connection->unbind_resp(seq => $pdu->{seq});
        tell_event($name, as => $bound{$connection});
        leave($connection);
    }
    elsif ($name eq 'unbind_resp')    { tell_event($name, status => $pdu->{status}); leave($connection) }
    else { tell_event($name, status => $pdu->{status}, seq => $pdu->{seq}) }
}

sub bind_as {
    my ($connection, $pdu, $kind) = @_;
    my $wrong = grep { defined $options{$_} && $options{$_} ne $pdu->{$_} } qw(system_id password);
    my %answer = (seq => $pdu->{seq}, system_id => 'PERL', status => $wrong ? 0x0e : 0);
    my $respond = "bind_${kind}_resp";
    $connection->$respond(%answer);
    tell_event('bind', as => $kind, status => $answer{status}, interface_version => $pdu->{interface_version},
        system_type => $pdu->{system_type});
    return leave($connection) if $wrong;
    $bound{$connection} = $kind;
}

sub submitted {
    my ($connection, $pdu) = @_;
    my $id = sprintf '%08X', ++$last_id;
    my %tlvs = map { $_ => unpack 'H*', $pdu->{$_} }
        grep { defined $pdu->{$_} } qw(user_message_reference message_payload sar_msg_ref_num sar_total_segments
        sar_segment_seqnum);
    my %fields = map { $_ => $pdu->{$_} } qw(source_addr_ton source_addr_npi source_addr dest_addr_ton dest_addr_npi
        destination_addr esm_class protocol_id priority_flag schedule_delivery_time validity_period
        registered_delivery replace_if_present_flag data_coding sm_default_msg_id);
    tell_event('submit_sm', %fields, id => $id, as => $bound{$connection}, tlvs => \%tlvs,
        short_message => unpack('H*', $pdu->{short_message}));
    $connection->submit_sm_resp(seq => $pdu->{seq}, message_id => $id);
    receipt($pdu, $id) if $options{receipts} ne 'none' && $pdu->{registered_delivery} & 1;
}

# To whoever may receive: ourselves decide, as a gateway with two binds of one client does.
sub receipt {
    my ($pdu, $id) = @_;
    my ($receiver) = grep { ref $_ && ($bound{$_} // 'transmitter') ne 'transmitter' } $select->handles;
    return tell_event('no receiver') unless $receiver;
    my %addresses = (source_addr_ton => $pdu->{dest_addr_ton}, source_addr_npi => $pdu->{dest_addr_npi},
        source_addr => $pdu->{destination_addr}, dest_addr_ton => $pdu->{source_addr_ton},
        dest_addr_npi => $pdu->{source_addr_npi}, destination_addr => $pdu->{source_addr});
    my %content = $options{receipts} eq 'tlv'
        ? (short_message => '', receipted_message_id => "$id\0", message_state => pack('C', 2))
        # Appendix B of SMPP 3.4: the id as ten decimal digits, although the answer had it in hexadecimal.
        : (short_message => sprintf 'id:%010d sub:001 dlvrd:001 submit date:2611231030 done date:2611231031 '
            . 'stat:DELIVRD err:000 text:', hex $id);
    my %echo = defined $pdu->{user_message_reference} ? (user_message_reference => $pdu->{user_message_reference}) : ();
    $receiver->deliver_sm(async => 1, esm_class => 0x04, data_coding => 0, %addresses, %content, %echo);
}

sub obey {
    my $read = sysread STDIN, my $lines, 65536;
    exit 0 unless $read;
    for my $line (split /\n/, $lines) {
        my $what = $json->decode($line)->{do};
        for my $connection (grep { ref $_ && $bound{$_} } $select->handles) {
            if    ($what eq 'enquire') { $connection->enquire_link(async => 1) }
            elsif ($what eq 'unbind')  { $connection->unbind(async => 1) }
            elsif ($what eq 'drop')    { leave($connection) }
        }
    }
}
