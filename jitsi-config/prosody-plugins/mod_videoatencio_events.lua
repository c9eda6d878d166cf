-- Tells the application what happens in the rooms: one POST at a time, in order, repeated until it is taken.
-- Everything is asynchronous; a dead application never slows a call down.

local http = require "net.http";
local json = require "util.json";

local MAX_QUEUED = 1000;
local MAX_REFUSED = 500; -- refusals may fill only half the queue: arrivals and departures matter more
local MAX_DELAY = 30;
local ANSWER_SECONDS = 10; -- net.http itself would wait for minutes

local url = module:get_option_string("videoatencio_events_url", "");
local secret = module:get_option_string("videoatencio_control_secret", "");

local queue = {};
local sending = false;
local delay = 1;
local send_next;

-- Answers that would be the same on every repetition. Everything else, such as 401 after a botched change of
-- secrets or 503 while the application restarts, is tried again.
local function is_final(code)
	return code >= 400 and code < 500 and code ~= 401 and code ~= 403 and code ~= 408 and code ~= 429;
end

local function settle(code)
	if code >= 200 and code < 300 or is_final(code) then
		if code >= 300 then module:log("error", "The application rejected an event with status %d", code); end
		table.remove(queue, 1);
		delay = 1;
		sending = false;
		return send_next();
	end
	module:log("warn", "An event was not taken (status %d); trying again in %d s", code, delay);
	module:add_timer(delay, function ()
		sending = false;
		send_next();
	end);
	delay = math.min(delay * 2, MAX_DELAY);
end

function send_next()
	if sending or #queue == 0 or url == "" then return; end
	sending = true;
	local settled = false;
	local function settle_once(code)
		if settled then return; end
		settled = true;
		settle(code);
	end
	http.request(url, {
		method = "POST";
		headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. secret };
		body = json.encode(queue[1]);
	}, function (_, code)
		settle_once(tonumber(code) or 0);
	end);
	module:add_timer(ANSWER_SECONDS, function () settle_once(0); end);
end

local function make_room()
	if #queue < MAX_QUEUED then return; end
	module:log("error", "Too many events wait for the application; the oldest is lost");
	-- The first may be on the wire right now, and its answer removes the first.
	table.remove(queue, sending and 2 or 1);
end

module:hook_global("videoatencio-event", function (event)
	if event.event == "refused" and #queue >= MAX_REFUSED then return; end
	make_room();
	queue[#queue + 1] = event;
	send_next();
end);
