"""The page of a lot, as the stream it is and as the value that it carries."""

from datetime import UTC, datetime

LOT = (
    '[{"_1":2,"_37":-5,"_38":-5},"loaderData",{"_3":4},"routes/p.$title.$productId._index",{"_5":6,"_24":25},'
    '"product",{"_7":8,"_9":10,"_11":12,"_13":14,"_15":16,"_17":18,"_19":20,"_21":-5,"_22":23},"id",70012345,'
    '"title","Cordless lamp","currentPrice",14,"nextBid",15,"bidCount",3,"isClosed",false,"closeTime",'
    '["D",1790000030000],"notes","extensionInterval",30,"bidHistory",[26,33],{"_27":28,"_29":30,"_31":32},"name",'
    '"Bidder #2","amount","$14","type","Winning",{"_27":34,"_29":35,"_31":36},"Bidder #1","$13","Outbid",'
    '"actionData","errors"]\n'
)
LOT_VALUE = {
    "loaderData": {
        "routes/p.$title.$productId._index": {
            "product": {
                "id": 70012345,
                "title": "Cordless lamp",
                "currentPrice": 14,
                "nextBid": 15,
                "bidCount": 3,
                "isClosed": False,
                "closeTime": datetime.fromtimestamp(1790000030, UTC),
                "notes": None,
                "extensionInterval": 30,
            },
            "bidHistory": [
                {"name": "Bidder #2", "amount": "$14", "type": "Winning"},
                {"name": "Bidder #1", "amount": "$13", "type": "Outbid"},
            ],
        }
    },
    "actionData": None,
    "errors": None,
}
