-- wrk's requests: one address is asked by people, each with the cookie of a line of a file.
local cookies, at = {}, 0

function init(args)
  for line in io.lines(args[1]) do
    cookies[#cookies + 1] = line
  end
  at = tonumber(args[2])
end

function request()
  at = at + 1
  wrk.headers["Cookie"] = cookies[(at - 1) % #cookies + 1]
  return wrk.format("POST", nil, nil, "")
end
